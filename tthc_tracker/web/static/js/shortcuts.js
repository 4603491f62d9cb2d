// Single-key shortcuts; silent while somebody types, and can be switched off for good (WCAG 2.1.4).
import { copyText } from "./copy.js";
import { openRow } from "./table-links.js";

const CHORD_MS = 1200;
let pending = "";
let forget;

export function enabled() {
  try {
    return localStorage.getItem("tthc.shortcuts") !== "off";
  } catch {
    return true;
  }
}

const TEXT_TYPES = new Set(["", "text", "search", "email", "tel", "url", "password", "number", "date", "datetime-local", "month", "time", "week"]);

export function isTyping(target) {
  if (!(target instanceof Element)) return false;
  if (target.isContentEditable || target.matches("textarea, select") || target.closest("[role=listbox]")) return true;
  return target.matches("input") && TEXT_TYPES.has(target.getAttribute("type") ?? "");
}

function rows() {
  return [...document.querySelectorAll("tr[data-href], .data-table tbody tr:has(.cell-main a)")];
}

function currentRow() {
  return document.querySelector("tr.is-current");
}

function walk(step) {
  const all = rows();
  if (!all.length) return;
  const now = currentRow();
  const at = now ? all.indexOf(now) : -1;
  const next = all[Math.min(all.length - 1, Math.max(0, at + step))];
  now?.classList.remove("is-current");
  next.classList.add("is-current");
  next.scrollIntoView({ block: "nearest" });
  (next.querySelector(".cell-main a") ?? next.querySelector("a"))?.focus({ preventScroll: true });
}

function codeHere() {
  const here = currentRow() ?? document;
  return (here.querySelector("[data-page-code], .cell-main.cell-code") ?? document.querySelector("[data-page-code]"))?.textContent.trim();
}

// The number that is focused or pointed at, as one sentence: period, row, column, number with its parts.
function sentenceHere() {
  const cell = document.activeElement?.closest("[data-period] td") ?? document.querySelector("[data-period] td:hover");
  const head = cell?.parentElement.querySelector("th");
  if (!head || !cell.dataset.label) return "";
  const said = [head, cell].map((one) => one.innerText.replace(/\s+/g, " ").trim());
  return `${cell.closest("[data-period]").dataset.period}: ${said[0]}, ${cell.dataset.label}: ${said[1]}.`;
}

const ACTIONS = {
  "/": () => {
    const search = document.getElementById("tim");
    search?.focus();
    search?.select();
  },
  n: () => { if (document.querySelector('.main-nav a[href="/tiep-nhan"]')) window.location.assign("/tiep-nhan"); },
  gq: () => { if (document.querySelector('.main-nav a[href="/giam-sat/qua-han"]')) window.location.assign("/giam-sat/qua-han"); },
  gt: () => { if (document.querySelector('.main-nav a[href="/tiep-nhan/truc-tuyen"]')) window.location.assign("/tiep-nhan/truc-tuyen"); },
  gc: () => { if (document.querySelector('.main-nav a[href="/chot-ngay"]')) window.location.assign("/chot-ngay"); },
  j: () => walk(1),
  k: () => walk(-1),
  x: () => currentRow()?.querySelector("td input[type=checkbox]")?.click(),
  ".": () => {
    const text = sentenceHere() || codeHere();
    if (text) copyText(text);
  },
  "?": () => document.getElementById("bang-phim-tat")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (!enabled() || isTyping(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "Enter") {
    const row = currentRow();
    if (row && event.target === document.body) openRow(row);
    return;
  }
  const keys = pending + event.key;
  clearTimeout(forget);
  pending = "";
  const here = /^[a-z]$/.test(keys) && document.querySelector(`[data-key="${keys}"]`);
  if (here) { // what a page itself offers goes first
    event.preventDefault();
    here.click();
  } else if (ACTIONS[keys]) {
    event.preventDefault();
    ACTIONS[keys]();
  } else if (event.key === "g") {
    pending = "g";
    forget = setTimeout(() => { pending = ""; }, CHORD_MS);
  }
});

for (const box of document.querySelectorAll("[data-shortcuts-switch]")) {
  box.checked = enabled();
  box.addEventListener("change", () => {
    try {
      localStorage.setItem("tthc.shortcuts", box.checked ? "on" : "off");
    } catch {
      box.checked = true; // storage closed: the choice cannot be kept, so do not pretend
    }
  });
}
