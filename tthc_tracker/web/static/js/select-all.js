// One box ticks every row of a table; the number ticked stands beside it.
function boxes(table) {
  return [...document.querySelectorAll(`#${table} input[name="chon"]`)];
}

function tell(all) {
  const rows = boxes(all.dataset.selectAll);
  const ticked = rows.filter((box) => box.checked).length;
  all.checked = rows.length > 0 && ticked === rows.length;
  all.indeterminate = ticked > 0 && ticked < rows.length;
  all.parentElement.querySelector("[data-select-count]").textContent = ticked ? `(đã chọn ${ticked})` : "";
}

for (const all of document.querySelectorAll("[data-select-all]")) {
  all.addEventListener("change", () => {
    for (const box of boxes(all.dataset.selectAll)) box.checked = all.checked;
    tell(all);
  });
  document.getElementById(all.dataset.selectAll)?.addEventListener("change", () => tell(all));
  tell(all);
}
