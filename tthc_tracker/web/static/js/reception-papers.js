// Papers beyond those the procedure asks for: one more line, and one original of what was named.
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-add-paper]")) return;
  const body = document.querySelector("[data-papers] tbody");
  const index = body.rows.length;
  const row = body.rows[index - 1].cloneNode(true);
  for (const input of row.querySelectorAll("input")) {
    input.name = input.name.replace(/papers-\d+-/, `papers-${index}-`);
    input.setAttribute("aria-label", input.getAttribute("aria-label").replace(/\d+$/, String(index + 1)));
    if (input.type === "checkbox") input.checked = false;
    else input.value = "";
  }
  body.append(row);
  row.querySelector("input").focus();
});

document.addEventListener("change", (event) => {
  const name = event.target;
  if (!name.matches("[data-papers] th input") || name.defaultValue || !name.value.trim()) return;
  const counts = [...name.closest("tr").querySelectorAll("td input[inputmode=numeric]")];
  if (counts.every((count) => !count.value)) counts[0].value = "1";
});
