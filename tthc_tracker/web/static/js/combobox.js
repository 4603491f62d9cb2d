// A choice among thousands: words go to the server (htmx), the answer is a listbox that arrow keys walk.
import Combobox from "../vendor/combobox-nav-3.0.2/index.js";

const DEBOUNCE_MS = 120;
const STEPS = { ArrowDown: 1, ArrowUp: -1 };
const started = new WeakSet();

function start(box) {
  if (started.has(box)) return;
  started.add(box);
  const input = box.querySelector("input.form-control");
  const value = box.querySelector("[data-combobox-value]");
  const list = box.querySelector("[role=listbox]");
  const status = box.querySelector("[data-combobox-status]");
  const navigation = new Combobox(input, list, { firstOptionSelectionMode: "active", tabInsertsSuggestions: true });
  let timer;
  let open = false;
  let chosen = { key: value.dataset.sent, text: input.defaultValue };
  let awaited = null; // the words whose answer is to come; until then the list on show is that of older words
  let sent = null; // the words the server was last asked about
  let wanted = false; // Enter came before the answer: its first option is the choice
  let steps = []; // and so did these arrows

  const show = () => {
    list.hidden = false;
    if (!open) navigation.start();
    else navigation.resetSelection();
    open = true;
  };
  const close = () => {
    list.hidden = true;
    if (open) navigation.stop();
    open = false;
  };
  const settle = () => {
    clearTimeout(timer);
    [awaited, sent, steps] = [null, null, []];
    if (!wanted) return;
    wanted = false;
    delete box.dataset.comboboxAwaited;
    box.dispatchEvent(new CustomEvent("combobox-settled"));
  };
  const hide = () => {
    close();
    settle();
  };
  const ask = () => {
    clearTimeout(timer);
    input.dispatchEvent(new CustomEvent("combobox-search"));
  };
  const search = () => {
    settle();
    if (!input.value.trim()) return close();
    awaited = input.value.trim();
    timer = setTimeout(ask, DEBOUNCE_MS);
    return undefined;
  };
  const choose = (key, text) => {
    const changed = value.value !== key;
    chosen = { key, text };
    input.value = text;
    value.value = key;
    close();
    if (changed) {
      value.dispatchEvent(new Event("change", { bubbles: true }));
      box.dispatchEvent(new CustomEvent("combobox-chosen", { bubbles: true, detail: { name: value.name, value: key, text } }));
    }
    settle();
  };
  const giveUpChoice = () => { // words changed after a choice: the choice is void
    if (!value.value) return;
    value.value = "";
    value.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const catchUp = () => { // what was typed before anybody listened, or put in again by the browser
    if (input.value === chosen.text || open || awaited !== null) return;
    const key = value.value;
    if (key && key !== chosen.key) {
      value.value = chosen.key;
      choose(key, input.value);
    } else {
      giveUpChoice();
      if (document.activeElement === input) search();
    }
  };
  const chooseWhenAnswered = () => {
    close();
    wanted = true;
    box.dataset.comboboxAwaited = "";
    if (sent !== awaited) ask();
  };
  const holdBack = (event) => { // on a slow line the keys are ahead of the list they are meant for
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (event.key in STEPS && !wanted) steps.push(STEPS[event.key]);
    else if (event.key === "Enter") chooseWhenAnswered();
    else if (event.key !== "Tab") return;
    event.stopImmediatePropagation();
    if (event.key !== "Tab") event.preventDefault();
  };

  input.addEventListener("input", (event) => {
    giveUpChoice();
    if (event.isTrusted) search();
  });
  window.addEventListener("pageshow", catchUp);
  box.addEventListener("combobox-choose", (event) => choose(event.detail.key, event.detail.text)); // by another control
  input.addEventListener("scan-undone", () => { // a card was scanned over a choice: the choice stands
    hide();
    if (chosen.key && input.value === chosen.text) choose(chosen.key, chosen.text);
  });
  input.addEventListener("htmx:configRequest", (event) => {
    sent = input.value.trim();
    event.detail.parameters.set("q", sent);
  });
  for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    input.addEventListener(failure, () => {
      settle();
      status.textContent = "Chưa tra được danh sách, hãy gõ lại";
    });
  }
  input.addEventListener("keydown", (event) => {
    if (awaited !== null) holdBack(event);
    if (event.key === "Escape") {
      if (open) event.stopPropagation();
      hide();
    }
    if (event.key === "ArrowDown" && !open && !event.defaultPrevented && input.value.trim()) search();
  });
  input.addEventListener("focusout", () => setTimeout(() => { if (!wanted && !box.contains(document.activeElement)) hide(); }, 150));
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("combobox-commit", (event) => choose(event.target.dataset.value, event.target.dataset.text));
  list.addEventListener("htmx:beforeSwap", (event) => { // an answer nobody waits for, or to older words, is not shown
    if (awaited === null || sent !== awaited) event.detail.shouldSwap = false;
  });
  list.addEventListener("htmx:afterSwap", () => {
    const options = list.querySelectorAll('[role=option]:not([aria-disabled="true"])');
    status.textContent = options.length ? `${options.length} kết quả` : "Không có kết quả";
    if (wanted || document.activeElement === input) show();
    for (const step of steps) navigation.navigate(step);
    if (wanted) (list.querySelector('[aria-selected="true"]') ?? options[0])?.click();
    if (document.activeElement !== input) close();
    else if (open) list.scrollIntoView({ block: "nearest" });
    settle();
  });
}

function startAll(root) {
  if (root.matches?.("[data-combobox]")) start(root);
  for (const box of root.querySelectorAll("[data-combobox]")) start(box);
}

startAll(document);
document.addEventListener("htmx:load", (event) => startAll(event.target));
