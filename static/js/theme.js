/* Loaded before the first paint: takes the remembered theme, else the system's, so that no page flashes. */
(function () {
  "use strict";
  var root = document.documentElement;
  var system = window.matchMedia("(prefers-color-scheme: dark)");

  function remembered() {
    try {
      return window.localStorage.getItem("tme-theme");
    } catch (error) {
      return null; /* storage may be closed to us: the system's theme will do */
    }
  }

  function apply() {
    var choice = remembered();
    root.dataset.bsTheme = choice === "dark" || choice === "light" ? choice : system.matches ? "dark" : "light";
  }

  root.classList.add("js");
  apply();
  system.addEventListener("change", apply);
})();
