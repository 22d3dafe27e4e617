/* Single-key shortcuts of a page: the list of them, and a switch that this browser remembers.
   `tmeKeys(take)`: `take(key)` does what a key stands for, and says false of one that stands for nothing. */
window.tmeKeys = function (take) {
  "use strict";
  const bar = document.querySelector("[data-keys]");
  const help = document.getElementById("keys-dialog");
  const switched = bar.querySelector("[data-keys-switch]");
  const KEPT = "tme-keys";
  try {
    switched.checked = window.localStorage.getItem(KEPT) !== "off";
  } catch (error) {
    switched.checked = true;
  }
  switched.addEventListener("change", () => {
    try {
      window.localStorage.setItem(KEPT, switched.checked ? "on" : "off");
    } catch (error) {
      /* holds for this page */
    }
  });
  bar.hidden = false;
  bar.querySelector("[data-keys-help]").addEventListener("click", () => help.showModal());
  help.querySelector("[data-close]").addEventListener("click", () => help.close());

  document.addEventListener("keydown", (event) => {
    if (!switched.checked || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")) return;
    const key = event.key.toLowerCase();
    if (key === "?") help.showModal();
    else if (take(key) === false) return;
    event.preventDefault();
  });

  const said = document.querySelector("[data-keys-said]");
  return function say(text) {
    said.textContent = "";
    window.requestAnimationFrame(() => (said.textContent = text));
  };
};
