// One more empty line of papers, named and numbered like the others.
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
