// Ctrl+Enter sends the form from any field, F9 gives the result on the spot; what is chosen last leads on.
const form = document.getElementById("bieu-mau");

const papers = document.getElementById("thanh-phan");

function send(button) {
  if (form.contains(document.activeElement)) document.activeElement.blur(); // what is being typed counts as typed
  const choice = form.querySelector("[data-combobox-awaited]");
  if (choice) { // Enter was ahead of the list it chooses from
    choice.addEventListener("combobox-settled", () => send(button), { once: true });
  } else if (papers.classList.contains("htmx-request")) { // the papers of a procedure just chosen are on their way
    papers.addEventListener("htmx:afterRequest", () => form.requestSubmit(button), { once: true });
  } else {
    form.requestSubmit(button);
  }
}

function buttonFor(event) {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return form.querySelector("[data-send]");
  if (event.key === "F9" && !event.ctrlKey && !event.altKey && !event.shiftKey) return form.querySelector("[data-send-at-once]");
  return null;
}

document.addEventListener("keydown", (event) => {
  const button = !event.isComposing && !event.repeat && buttonFor(event);
  if (!button || document.querySelector("dialog[open]") || (event.target.form && event.target.form !== form)) return;
  event.preventDefault();
  send(button);
});

// Esc leaves a field, so that keys are shortcuts again; a list that is open closes first (js/combobox.js).
form.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented) document.activeElement.blur();
});

form.elements.namedItem("owner_differs").addEventListener("change", (event) => {
  if (event.target.checked && event.isTrusted) form.elements.namedItem("owner_id_number").focus(); // not when told late
});

// A field of a folded part that is wrong, or that the summary leads to, unfolds it.
document.addEventListener("click", (event) => {
  const link = event.target.closest(".error-summary a");
  const target = link && document.getElementById(link.hash.slice(1));
  const folded = target?.closest("details:not([open])");
  if (folded) folded.open = true;
});
