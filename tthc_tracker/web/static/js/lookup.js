// A receipt's QR code brings its secret behind "#", where no server and no log sees it. It is taken out of the
// address at once and sent as the form. Without this the page asks for the code and a number.
const form = document.querySelector("form[data-lookup]");

function takeFromAddress() {
  const brought = new URLSearchParams(location.hash.slice(1));
  const [token, code] = [brought.get("t"), brought.get("c")];
  if (!form || !token || !code) return;
  history.replaceState(null, "", location.pathname);
  form.elements.code.value = code;
  form.elements.number.value = "";
  form.elements.token.value = token;
  document.querySelector("[data-looking]").hidden = false;
  form.submit();
}

window.addEventListener("hashchange", takeFromAddress); // scanned again into the page that is open
takeFromAddress();
