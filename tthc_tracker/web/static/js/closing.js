// Ctrl+Enter hands over all that is ticked.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing || event.repeat) return;
  const button = document.querySelector("[data-hand-over]");
  if (!button || document.querySelector("dialog[open]") || (event.target.form && event.target.form !== button.form)) return;
  event.preventDefault();
  button.form.requestSubmit(button);
});
