// Runs before the first paint: the chosen theme, or the machine's, and the mark that scripts run.
(function () {
  "use strict";
  var root = document.documentElement;
  var dark = window.matchMedia("(prefers-color-scheme: dark)");

  function chosen() {
    try {
      return localStorage.getItem("tthc.theme") || "auto";
    } catch (refused) {
      return "auto"; // storage closed by the browser's settings
    }
  }

  function apply() {
    var theme = chosen();
    root.setAttribute("data-bs-theme", theme === "auto" ? (dark.matches ? "dark" : "light") : theme);
  }

  root.classList.remove("no-script");
  apply();
  dark.addEventListener("change", apply);
  window.addEventListener("storage", apply);
  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("[data-theme-choice] input").forEach(function (input) {
      input.checked = input.value === chosen();
      input.addEventListener("change", function () {
        try {
          localStorage.setItem("tthc.theme", input.value);
        } catch (refused) {
          root.setAttribute("data-bs-theme", input.value === "dark" ? "dark" : "light");
          return;
        }
        apply();
      });
    });
  });
})();
