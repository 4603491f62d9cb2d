// A choice among thousands: words go to the server (htmx), the answer is a listbox that arrow keys walk.
import Combobox from "../vendor/combobox-nav-3.0.2/index.js";

const DEBOUNCE_MS = 120;
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
  let chosen = { key: value.value, text: input.value };

  const show = () => {
    list.hidden = false;
    if (!open) navigation.start();
    else navigation.resetSelection();
    open = true;
  };
  const hide = () => {
    clearTimeout(timer);
    list.hidden = true;
    if (open) navigation.stop();
    open = false;
  };
  const search = () => {
    clearTimeout(timer);
    if (!input.value.trim()) return hide();
    timer = setTimeout(() => input.dispatchEvent(new CustomEvent("combobox-search")), DEBOUNCE_MS);
    return undefined;
  };
  const choose = (key, text) => {
    const changed = value.value !== key;
    chosen = { key, text };
    input.value = text;
    value.value = key;
    hide();
    if (!changed) return;
    value.dispatchEvent(new Event("change", { bubbles: true }));
    box.dispatchEvent(new CustomEvent("combobox-chosen", { bubbles: true, detail: { name: value.name, value: key, text } }));
  };

  input.addEventListener("input", (event) => {
    if (value.value) { // words changed after a choice: the choice is void
      value.value = "";
      value.dispatchEvent(new Event("change", { bubbles: true }));
    }
    if (event.isTrusted) search();
  });
  box.addEventListener("combobox-choose", (event) => choose(event.detail.key, event.detail.text)); // by another control
  input.addEventListener("scan-undone", () => { // a card was scanned over a choice: the choice stands
    hide();
    if (chosen.key && input.value === chosen.text) choose(chosen.key, chosen.text);
  });
  input.addEventListener("htmx:configRequest", (event) => { event.detail.parameters.set("q", input.value.trim()); });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && open) {
      event.stopPropagation();
      hide();
    }
    if (event.key === "ArrowDown" && !open && input.value.trim()) search();
  });
  input.addEventListener("focusout", () => setTimeout(() => { if (!box.contains(document.activeElement)) hide(); }, 150));
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("combobox-commit", (event) => choose(event.target.dataset.value, event.target.dataset.text));
  list.addEventListener("htmx:afterSwap", () => {
    if (document.activeElement !== input) return;
    show();
    const count = list.querySelectorAll('[role=option]:not([aria-disabled="true"])').length;
    status.textContent = count ? `${count} kết quả` : "Không có kết quả";
  });
}

function startAll(root) {
  if (root.matches?.("[data-combobox]")) start(root);
  for (const box of root.querySelectorAll("[data-combobox]")) start(box);
}

startAll(document);
document.addEventListener("htmx:load", (event) => startAll(event.target));
