// Ctrl+Enter sends the form from any field; what is chosen last leads on to what it opens.
const form = document.getElementById("bieu-mau");

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing || event.repeat) return;
  if (document.querySelector("dialog[open]") || (event.target.form && event.target.form !== form)) return;
  event.preventDefault();
  if (form.contains(document.activeElement)) document.activeElement.blur(); // what is being typed counts as typed
  form.requestSubmit(form.querySelector("[data-send]"));
});

form.elements.namedItem("owner_differs").addEventListener("change", (event) => {
  if (event.target.checked) form.elements.namedItem("owner_id_number").focus();
});

// A field of a folded part that is wrong, or that the summary leads to, unfolds it.
document.addEventListener("click", (event) => {
  const link = event.target.closest(".error-summary a");
  const target = link && document.getElementById(link.hash.slice(1));
  const folded = target?.closest("details:not([open])");
  if (folded) folded.open = true;
});
