// Rows chosen by their boxes: how many, all of the page, a range with Shift. Without this the boxes work as they stand.
const boxes = [...document.querySelectorAll("input[name=chon][form=hang-loat]")];
const all = document.querySelector("[data-pick-all]");
const whole = document.querySelector("[data-pick-whole]");
const count = document.querySelector("[data-pick-count]");
const hint = count ? [...count.childNodes] : [];
let last = -1;

function tell() {
  const chosen = boxes.filter((box) => box.checked).length;
  for (const box of boxes) box.closest("tr").classList.toggle("is-picked", box.checked);
  if (all) {
    all.checked = chosen > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  }
  if (whole?.checked) count.replaceChildren("Đã chọn cả danh sách");
  else if (chosen) count.replaceChildren(`Đã chọn ${chosen} dòng`);
  else count?.replaceChildren(...hint);
}

boxes.forEach((box, place) => {
  box.addEventListener("click", (event) => {
    if (event.shiftKey && last >= 0) {
      for (const other of boxes.slice(Math.min(last, place), Math.max(last, place))) other.checked = box.checked;
    }
    last = place;
    tell();
  });
});
all?.addEventListener("change", () => {
  for (const box of boxes) box.checked = all.checked;
  tell();
});
whole?.addEventListener("change", tell);
// Ticked before anybody listened, or put in again by the browser.
if (boxes.length) {
  window.addEventListener("pageshow", () => {
    if (all?.checked && !boxes.some((box) => box.checked)) boxes.forEach((box) => { box.checked = true; });
    tell();
  });
}
