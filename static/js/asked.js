/* On the page on which a draft asks for a term: the draft was saved on the way here, so that what this
   browser kept of it (form.js) is old, and must not come back over the draft with the new term. */
(function () {
  "use strict";
  const form = document.querySelector("[data-saved-draft]");
  if (!form) return;
  try {
    window.localStorage.removeItem(`tme-draft:${form.dataset.savedDraft}`);
  } catch (error) {
    /* nothing was kept */
  }
})();
