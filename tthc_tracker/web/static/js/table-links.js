// A row with an address opens by a click anywhere on it, unless the click meant something in it.
export function openRow(row, newTab = false) {
  const link = row.querySelector(".cell-main a") ?? row.querySelector("a");
  if (newTab) window.open(row.dataset.href, "_blank", "noopener");
  else if (link && (!row.dataset.href || link.getAttribute("href") === row.dataset.href)) link.click();
  else if (row.dataset.href) window.location.assign(row.dataset.href);
}

document.addEventListener("click", (event) => {
  const row = event.target.closest("tr[data-href]");
  if (!row || event.defaultPrevented || event.button !== 0) return;
  if (event.target.closest("a, button, input, select, textarea, label, summary")) return;
  if (String(window.getSelection())) return;
  openRow(row, event.ctrlKey || event.metaKey);
});
