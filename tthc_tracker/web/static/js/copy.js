// Puts a text on the clipboard and says so.
let silence;

export function say(words) {
  const line = document.getElementById("bao-nhanh");
  if (!line) return;
  line.textContent = words;
  clearTimeout(silence);
  silence = setTimeout(() => { line.textContent = ""; }, 4000);
}

function copyByField(text) { // plain http on a local network has no clipboard interface
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "visually-hidden";
  const before = document.activeElement;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  before?.focus();
  return done;
}

export async function copyText(text) {
  let done = false;
  try {
    await navigator.clipboard.writeText(text);
    done = true;
  } catch {
    done = copyByField(text);
  }
  say(done ? `Đã chép ${text}` : "Trình duyệt không cho chép. Hãy bôi đen rồi chép bằng tay.");
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copyText(button.dataset.copy);
});
