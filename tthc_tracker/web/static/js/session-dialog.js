// The session ended while somebody typed: sign in over the page, in place, keeping every word.
import { csrfToken } from "./requests.js";

const dialog = document.getElementById("dang-nhap-lai");
const ASKED_BY_SCRIPT = { "HX-Request": "true" };
let waiting = null;

/** False only when the server says that nobody is signed in; a broken line is the form's own to find out. */
export async function sessionStands() {
  if (!dialog) return true;
  try {
    const answer = await fetch(dialog.dataset.session, { headers: ASKED_BY_SCRIPT, cache: "no-store" });
    return answer.status !== 401;
  } catch {
    return true;
  }
}

/** Shows the dialog; true when the person has signed in, false when he put it off. */
export function signInAgain() {
  if (waiting) return waiting;
  waiting = new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      waiting = null;
      resolve(dialog.returnValue === "signed-in");
    }, { once: true });
    dialog.returnValue = "";
    dialog.showModal();
    (dialog.querySelector("input[name=username]").value ? dialog.querySelector("input[name=password]") : dialog.querySelector("input[name=username]")).focus();
  });
  return waiting;
}

async function page(address, options = {}) {
  const answer = await fetch(address, { ...options, headers: { ...ASKED_BY_SCRIPT, ...options.headers }, cache: "no-store" });
  return { answer, document: new DOMParser().parseFromString(await answer.text(), "text/html") };
}

function tokenOf(parsed) {
  return parsed.querySelector('meta[name="csrf-token"]')?.content || parsed.querySelector('input[name="csrf_token"]')?.value || "";
}

function renewTokens(token) {
  if (!token) return;
  const meta = document.querySelector('meta[name="csrf-token"]');
  if (meta) meta.content = token;
  for (const input of document.querySelectorAll('input[name="csrf_token"]')) input.value = token;
}

function newToken(answer) {
  try {
    return JSON.parse(answer.headers.get("HX-Trigger"))["tthc:signed-in"].csrf;
  } catch {
    return csrfToken(); // no token given: the next sending will say that the page is too old
  }
}

async function signIn(form) {
  const door = await page(dialog.dataset.signIn);
  const body = new FormData(form);
  body.set("csrf_token", tokenOf(door.document));
  const entered = await page(dialog.dataset.signIn, { method: "POST", body });
  if (!entered.answer.ok) {
    const said = entered.document.querySelector("[data-error-summary] li, .notice-error, .form-error");
    return said?.textContent.trim() || "Chưa đăng nhập được. Hãy thử lại.";
  }
  renewTokens(newToken(entered.answer));
  return "";
}

dialog?.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const line = dialog.querySelector("[data-sign-in-error]");
  const button = form.querySelector("button[type=submit]");
  button.disabled = true;
  line.hidden = true;
  let complaint;
  try {
    complaint = await signIn(form);
  } catch {
    complaint = "Không nối được với máy chủ. Hãy kiểm tra mạng rồi thử lại.";
  }
  button.disabled = false;
  form.querySelector("input[name=password]").value = "";
  if (complaint) {
    line.textContent = complaint;
    line.hidden = false;
    form.querySelector("input[name=password]").focus();
    return;
  }
  dialog.close("signed-in");
});

document.addEventListener("htmx:responseError", async (event) => {
  const { elt, xhr } = event.detail;
  // A change asked with the token of an ended session is refused for the token first.
  const ended = xhr.status === 401 || (xhr.status === 400 && !(await sessionStands()));
  if (!ended || !dialog) return;
  if (await signInAgain()) elt.dispatchEvent(new CustomEvent("signed-in-again", { bubbles: true }));
});
