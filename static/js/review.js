/* The review page by keys. A key never decides by itself: it leads to the button, which Enter then presses. */
(function () {
  "use strict";
  if (!document.querySelector("[data-keys]")) return;
  const PLACES = {
    c: '[data-key="c"]',
    d: "#id_reason",
    a: '[data-key="a"]',
    s: '[data-key="s"]',
    x: '[data-key="x"]',
    w: "#discussion textarea:not(.reply *)",
    q: ".breadcrumb a",
  };
  const parts = Array.from(document.querySelectorAll("[data-part]"));

  const go = (place) => {
    for (let fold = place.closest("details:not([open])"); fold; fold = fold.parentElement.closest("details:not([open])")) fold.open = true;
    if (!place.matches("a, button, input, textarea, select, summary")) place.tabIndex = -1;
    place.focus();
    place.scrollIntoView({ block: place.dataset.part === undefined ? "nearest" : "start" });
  };
  /* The part that is being read: the last one whose heading has passed the upper edge. */
  const at = () => parts.reduce((found, part, index) => (part.getBoundingClientRect().top < 8 ? index : found), -1);

  const say = window.tmeKeys((key) => {
    if (key === "j" || key === "k") {
      const next = parts[Math.min(parts.length - 1, Math.max(0, at() + (key === "j" ? 1 : -1)))];
      if (next) go(next);
      return true;
    }
    if (!(key in PLACES)) return false;
    const place = document.querySelector(PLACES[key]);
    if (place) go(place);
    else say("That cannot be done here now.");
    return true;
  });
})();
