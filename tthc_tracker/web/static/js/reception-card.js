// A scanned citizen card fills the fields of the party it was scanned in; what disagrees is shown and never blocks.
import { csrfToken } from "./requests.js";
import { signInAgain } from "./session-dialog.js";

const form = document.getElementById("bieu-mau");
const FAILED = "Không đọc được thẻ. Hãy quét lại, hoặc gõ tay.";
const FIELDS = ["full_name", "birth_on", "sex", "address"];

async function ask(raw) {
  const answer = await fetch("/tiep-nhan/the-can-cuoc", {
    method: "POST",
    headers: { "X-CSRFToken": csrfToken(), "X-Requested-With": "fetch" },
    body: new URLSearchParams({ raw }),
  });
  if (answer.status === 401 && await signInAgain()) return ask(raw);
  return answer.json();
}

function say(box, state, words, warnings = []) {
  box.dataset.state = state;
  box.replaceChildren(words);
  if (!warnings.length) return;
  const list = document.createElement("ul");
  list.append(...warnings.map((warning) => Object.assign(document.createElement("li"), { textContent: warning })));
  box.append(list);
}

function put(prefix, name, value) {
  const field = form.elements.namedItem(prefix + name);
  if (field.value === value) return;
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

function fill(prefix, card) {
  const before = form.elements.namedItem(`${prefix}id_number`).value;
  if (before && before !== card.id_number) { // another person: the first one's telephone is not his
    put(prefix, "phone", "");
    put(prefix, "email", "");
  }
  for (const name of FIELDS) put(prefix, name, card[name]);
  put(prefix, "kind", "citizen");
  put(prefix, "id_number", card.id_number); // last: it asks for open dossiers of the same person
}

function goOn(prefix) {
  const procedure = form.elements.namedItem("procedure_text");
  if (!form.elements.namedItem("procedure").value) procedure.focus();
  else if (!prefix && form.querySelector("[data-on-the-spot]")) form.elements.namedItem("quantity").focus();
  else form.elements.namedItem(`${prefix}phone`).focus();
}

form.addEventListener("card-scanned", async (event) => {
  const owner = Boolean(event.detail.field?.closest("#chu-ho-so"));
  const prefix = owner ? "owner_" : "";
  const box = form.querySelector(`${owner ? "#chu-ho-so" : "#nguoi-nop"} [data-card-status]`);
  try {
    const card = await ask(event.detail.raw);
    if (card.error) {
      say(box, "failed", card.error);
      return;
    }
    fill(prefix, card);
    say(box, "read", `Đã đọc thẻ ${card.id_number}, ${card.full_name || "không rõ tên"}.`, card.warnings);
    goOn(prefix);
  } catch {
    say(box, "failed", FAILED);
  }
});
