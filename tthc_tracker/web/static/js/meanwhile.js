// On a slow line people are ahead of the scripts: what they typed, chose or ticked before anybody listened, and what
// the browser put in again after a reload, is told once more when the page stands.

/** Whether a control holds something else than the page was sent with. */
export function changed(control) {
  if (control instanceof HTMLSelectElement) {
    const options = [...control.options];
    const sent = options.some((option) => option.defaultSelected);
    return options.some((option, place) => option.selected !== (sent || control.multiple ? option.defaultSelected : place === 0));
  }
  if (control.type === "checkbox" || control.type === "radio") return control.checked !== control.defaultChecked;
  return "defaultValue" in control && control.type !== "hidden" && control.value !== control.defaultValue;
}

function tell(control) {
  if (control.type === "radio" && !control.checked) return; // the one that was chosen instead speaks for all
  control.dispatchEvent(new Event("change", { bubbles: true }));
}

window.addEventListener("pageshow", (event) => {
  if (event.persisted) return; // out of memory: the scripts have heard all of it
  for (const form of document.querySelectorAll("form[data-guard]")) [...form.elements].filter(changed).forEach(tell);
});
