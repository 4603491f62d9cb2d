// A form is sent once; leaving with unsaved words asks first; an ended session is noticed before anything is lost.
import { changed } from "./meanwhile.js";
import { sessionStands, signInAgain } from "./session-dialog.js";

const STUCK_MS = 15000;
const dirty = new Set();
let leaving = false;

function lock(form, submitter) {
  for (const button of form.querySelectorAll("button[type=submit], button:not([type])")) {
    button.setAttribute("aria-disabled", "true");
  }
  (submitter ?? form.querySelector(".btn-primary, button[type=submit]"))?.setAttribute("aria-busy", "true");
  form.dataset.sending = "";
}

function unlock(form) {
  for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
  form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
  delete form.dataset.sending;
}

async function sendWhenSignedIn(form, submitter) {
  if (await sessionStands() || await signInAgain()) {
    form.dataset.checked = "";
    delete form.dataset.sending;
    form.requestSubmit(submitter?.isConnected && submitter.form === form ? submitter : undefined);
  } else {
    unlock(form);
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-guard]") || event.defaultPrevented) return;
  if ("sending" in form.dataset) {
    event.preventDefault();
    return;
  }
  lock(form, event.submitter);
  if (form.matches("[data-keep]") && !form.hasAttribute("hx-post") && !("checked" in form.dataset)) {
    event.preventDefault();
    sendWhenSignedIn(form, event.submitter);
    return;
  }
  delete form.dataset.checked;
  leaving = !form.hasAttribute("hx-post");
  // An answer that is a file or another window leaves this page standing. A second sending does nothing twice.
  setTimeout(() => { unlock(form); leaving = false; }, form.target === "_blank" ? 0 : STUCK_MS);
});

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form[data-guard]");
  if (form) unlock(form);
});

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.matches("[data-keep]")) dirty.add(form);
});
document.addEventListener("reset", (event) => dirty.delete(event.target));
document.addEventListener("form-saved", (event) => dirty.delete(event.target));

window.addEventListener("beforeunload", (event) => {
  if (!leaving && [...dirty].some((form) => form.isConnected)) event.preventDefault();
});
window.addEventListener("pageshow", (event) => { // back: the page comes from memory with its buttons locked
  leaving = false;
  if (event.persisted) document.querySelectorAll("form[data-guard]").forEach(unlock);
});
// Words typed before this script was there are unsaved too; those that come back with a page may have been sent.
if (performance.getEntriesByType("navigation")[0]?.type !== "back_forward") {
  for (const form of document.querySelectorAll("form[data-keep]")) if ([...form.elements].some(changed)) dirty.add(form);
}

// Whoever types already, ahead of this script, goes on where he is.
if (!(document.activeElement.form && changed(document.activeElement))) document.querySelector("[data-error-summary]")?.focus();
