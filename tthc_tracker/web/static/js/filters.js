// On the phone the filters are folded away until somebody wants them, and stay open under his fingers.
import { changed } from "./meanwhile.js";

if (window.matchMedia("(max-width: 639.98px)").matches) {
  for (const filters of document.querySelectorAll("details[data-filters]")) {
    const wanted = filters.contains(document.activeElement) || [...filters.querySelectorAll("input, select")].some(changed);
    filters.open = wanted || Boolean(filters.querySelector("[aria-invalid]"));
  }
}

// Empty fields stay out of the address, so that it can be read and shared.
document.addEventListener("submit", (event) => {
  if (!event.target.matches(".filter-form")) return;
  for (const control of event.target.elements) {
    if (control.name && control.value === "" && !control.disabled) {
      control.disabled = true;
      setTimeout(() => { control.disabled = false; }, 0);
    }
  }
});
