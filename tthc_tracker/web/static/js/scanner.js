// A desk scanner types a citizen card's QR text and Enter into whatever field has the focus. The text is taken out of
// the field, what stood there before the scan is put back, and the form hears `card-scanned` (detail.raw).
const MIN_PIPES = 5;
const CARD = /\d{9,12}\|\d{0,12}\|[^|]*\|\d{0,8}\|[^|]*\|[^|\n]*(?:\|[^|\n]*)*/u;
const before = new WeakMap();

function isField(target) {
  return target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit", "hidden", "file"].includes(target.type));
}

function pipes(text) {
  return text.split("|").length - 1;
}

/** The card's text within a field's text, and the text without it; null when there is no card in it. */
export function findCard(text) {
  if (pipes(text) < MIN_PIPES) return null;
  const found = CARD.exec(text);
  return found && pipes(found[0]) >= MIN_PIPES ? { raw: found[0].trim(), rest: text.replace(found[0], "") } : null;
}

function remember(field) {
  before.set(field, field.value);
}

function nextField(field) {
  const all = [...field.form.elements].filter((one) => !one.disabled && one.type !== "hidden" && one.tabIndex >= 0 && one.offsetParent !== null);
  all[all.indexOf(field) + 1]?.focus();
}

function take(field) {
  const card = findCard(field.value);
  if (!card) return false;
  const kept = before.get(field);
  // A selection that the scan overwrote comes back; what was typed between the focus and the scan stays.
  field.value = kept && !card.rest ? kept : card.rest;
  remember(field);
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.form.dispatchEvent(new CustomEvent("card-scanned", { bubbles: true, detail: { raw: card.raw, field } }));
  return true;
}

document.addEventListener("focusin", (event) => {
  if (isField(event.target)) remember(event.target);
});

document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (event.key !== "Enter" || event.isComposing || !isField(field) || !field.form) return;
  if (field.form.matches("[data-card-scan]") && take(field)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  if (!event.defaultPrevented && field.matches("[data-enter-next]") && !field.matches('[aria-expanded="true"][aria-activedescendant]')) {
    event.preventDefault();
    nextField(field);
  }
}, true);

// Some scanners send no Enter, or paste: the text is recognised when the field is left or pasted into.
document.addEventListener("change", (event) => {
  if (isField(event.target) && event.target.form?.matches("[data-card-scan]")) take(event.target);
}, true);
document.addEventListener("paste", (event) => {
  const field = event.target;
  if (isField(field) && field.form?.matches("[data-card-scan]")) setTimeout(() => take(field), 0);
}, true);
