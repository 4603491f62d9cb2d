// A desk scanner is a keyboard: it types a citizen card's QR text, then Enter, into whatever has the focus. In a form
// marked data-card-scan the text is taken out again, what stood there before the scan comes back, and the form hears
// `card-scanned` (detail.raw); that Enter never submits. A dossier's barcode typed outside every field is looked up.
const MIN_PIPES = 5;
const GAP_MS = 200; // a scanner keeps its pace even when the page is busy; the pattern of the text decides
const MIDST_MS = 3000; // once twelve digits and a bar stand there, nobody types by hand: a busy machine may lag
const IN_THE_MIDST = /(?<!\d)\d{12}\|[^\n]*$/u;
const BURST = 4;
const RUNS = 16; // a card has twelve digits before its first bar: a scanner that falters begins no more runs than that
const CARD = /(?<!\d)\d{12}\|\d{0,12}\|[^|]*\|\d{0,8}\|[^|]*\|[^|\n]*(?:\|[^|\n]*)*/u;
const DOSSIER = /^[\w.]+-\d{6}-\d{4}$/;

let typed = "";
let lastKeyAt = -Infinity;
let starts = []; // newest first: what the field held, and where the caret stood, when each of its last runs of keys began

/** The card's text within a text, or "". */
export function cardIn(text) {
  const found = CARD.exec(text);
  return found && found[0].split("|").length > MIN_PIPES ? found[0].trim() : "";
}

function isText(target) {
  return target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit", "reset", "hidden", "file"].includes(target.type));
}

function caret(field) {
  try {
    return [field.selectionStart ?? field.value.length, field.selectionEnd ?? field.value.length];
  } catch {
    return [field.value.length, field.value.length]; // number and date fields tell no caret
  }
}

function begin(target) {
  typed = "";
  if (starts[0]?.target !== target) starts = [];
  if (isText(target)) {
    const [from, to] = caret(target);
    starts = [{ target, value: target.value, before: from, after: target.value.length - to }, ...starts].slice(0, RUNS);
  } else if (target instanceof HTMLSelectElement) {
    starts = [{ target, value: target.value }];
  }
}

/** The run of keys a card in this field began with: with a slow scanner it is not always the last one. */
function beginningIn(field) {
  const runs = starts.filter((run) => run.target === field);
  const withCard = runs.map((run) => ({ ...run, raw: cardIn(field.value.slice(run.before, field.value.length - run.after)) }));
  return withCard.find((run) => run.raw) ?? null;
}

/** The field's own text is whole where letters came without keys; the keys are whole where the field cut them short. */
function scanned(target) {
  const inField = isText(target) ? beginningIn(target) : null;
  const keys = cardIn(typed);
  const [raw, run] = inField && inField.raw.length >= keys.length ? [inField.raw, inField] : [keys, starts[0]];
  return { raw, before: run?.target === target ? run.value : null };
}

function putBack(target, value) {
  if (target.value === value) return;
  target.value = value;
  target.dispatchEvent(new Event(target instanceof HTMLSelectElement ? "change" : "input", { bubbles: true }));
  target.dispatchEvent(new CustomEvent("scan-undone", { bubbles: true }));
}

function announce(form, raw, field) {
  form.dispatchEvent(new CustomEvent("card-scanned", { bubbles: true, detail: { raw, field } }));
}

function formFor(target) {
  return target.form?.matches("[data-card-scan]") ? target.form : isText(target) ? null : document.querySelector("form[data-card-scan]");
}

function endScan(event) {
  const target = event.target;
  const form = formFor(target);
  const { raw, before } = form ? scanned(target) : { raw: "" };
  if (raw) {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (before !== null) putBack(target, before);
    announce(form, raw, target);
  } else if (!isText(target) && DOSSIER.test(typed)) {
    event.preventDefault();
    window.location.assign(`/tim-kiem?q=${encodeURIComponent(typed)}`);
  }
  typed = "";
  starts = [];
}

function nextField(field) {
  const all = [...field.form.elements].filter((one) => !one.disabled && one.type !== "hidden" && one.tabIndex >= 0 && one.offsetParent !== null);
  all[all.indexOf(field) + 1]?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.isComposing || event.repeat || event.key === "Shift" || event.key === "Alt") return;
  const target = event.target;
  const fast = event.timeStamp - lastKeyAt <= (IN_THE_MIDST.test(typed) ? MIDST_MS : GAP_MS);
  lastKeyAt = event.timeStamp;
  if (event.key === "Enter" || event.key === "Tab") {
    lastKeyAt = -Infinity; // whatever follows begins anew
    endScan(event);
    if (event.key === "Enter" && !event.defaultPrevented && target.matches?.("[data-enter-next]") && !target.getAttribute("aria-activedescendant")) {
      event.preventDefault();
      nextField(target);
    }
    return;
  }
  if (!fast) begin(target);
  if (event.key.length !== 1) return;
  typed += event.key;
  // In the midst of a scan a letter is no shortcut, and a space presses no button.
  if (typed.length >= BURST && /\d/.test(typed) && !isText(target)) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}, true);

// A pasted card, or one whose scanner sends no Enter, is recognised when the field has it whole.
function takeOut(field, value) {
  const form = field.form?.matches("[data-card-scan]") ? field.form : null;
  const raw = form ? cardIn(field.value) : "";
  if (!raw) return;
  putBack(field, value ?? field.value.replace(raw, ""));
  announce(form, raw, field);
}
document.addEventListener("paste", (event) => {
  if (!isText(event.target)) return;
  const { target } = event;
  const { value } = target;
  setTimeout(() => takeOut(target, value), 0);
}, true);
document.addEventListener("change", (event) => {
  if (isText(event.target)) takeOut(event.target, beginningIn(event.target)?.value ?? null);
}, true);
