// The desk's commonest procedures on the digit keys: Alt and a digit anywhere, a digit alone outside the fields.
import { enabled, isTyping } from "./shortcuts.js";

const QUIET_MS = 250; // a card scanned outside every field begins with digits too, and its next key comes at once
const form = document.getElementById("bieu-mau");
let waiting;

function goOn(button) {
  const field = (name) => form.elements.namedItem(name);
  if (!field("id_number").value && !field("full_name").value) field("id_number").focus();
  else if ("onTheSpot" in button.dataset) field("quantity").focus();
  else form.querySelector("[data-send]").focus();
}

function take(button) {
  const box = form.querySelector("#o-thu-tuc [data-combobox]");
  const detail = { key: button.dataset.procedure, text: button.dataset.text };
  box.dispatchEvent(new CustomEvent("combobox-choose", { detail }));
  goOn(button);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-digit]");
  if (button) take(button);
});

document.addEventListener("keydown", (event) => {
  clearTimeout(waiting);
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1];
  if (digit === undefined || event.ctrlKey || event.metaKey || event.shiftKey || event.isComposing || event.repeat) return;
  if (document.querySelector("dialog[open]")) return;
  const button = document.querySelector(`[data-digit="${digit}"]`);
  if (!button) return;
  if (event.altKey) {
    event.preventDefault();
    take(button);
  } else if (enabled() && !isTyping(event.target) && !event.defaultPrevented) {
    waiting = setTimeout(() => take(button), QUIET_MS);
  }
});

// Alt+T: the next dossier of the person who has just been served.
document.addEventListener("keydown", (event) => {
  const link = document.querySelector("[data-next-of-same]");
  if (!link || event.code !== "KeyT" || !event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
  event.preventDefault();
  link.click();
});
