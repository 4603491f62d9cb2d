// Menus that unfold (details[data-menu]), the main menu of the phone, and dialogs opened by a button.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  const opener = event.target.closest("[data-open-dialog]");
  if (opener) {
    const menu = opener.closest("details[data-menu]");
    if (menu) menu.open = false;
    document.getElementById(opener.dataset.openDialog)?.showModal();
  }
  event.target.closest("[data-close-dialog]")?.closest("dialog")?.close();
  const toggle = event.target.closest("[data-toggle-nav]");
  if (toggle) {
    const open = toggle.getAttribute("aria-expanded") !== "true";
    toggle.setAttribute("aria-expanded", String(open));
    document.getElementById(toggle.getAttribute("aria-controls"))?.classList.toggle("is-open", open);
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    menu.open = false;
    menu.querySelector("summary")?.focus();
  }
});
