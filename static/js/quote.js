/* Selecting words of the abstract offers to quote them as the author claim. The button follows the abstract,
   so that the keyboard reaches it while the words stay selected. */
(function () {
  "use strict";
  const form = document.querySelector("form[data-autosave]");
  const abstract = document.querySelector(".edit-reference .abstract");
  const box = document.querySelector("[data-quote]");
  if (!form || !abstract || !box) return;
  const MOST = 600;
  const button = box.querySelector("button");
  const said = box.querySelector("[data-quote-said]");
  let chosen = "";
  let earlier = null;

  const inAbstract = (selection) =>
    selection.rangeCount && abstract.contains(selection.anchorNode) && abstract.contains(selection.focusNode);

  const offer = () => {
    const selection = document.getSelection();
    if (!inAbstract(selection)) return;
    const text = selection.toString().replace(/\s+/g, " ").trim();
    if (!text || text === chosen) return;
    chosen = text;
    earlier = null;
    box.hidden = false;
    button.hidden = text.length > MOST;
    button.textContent = "Quote this as the author claim";
    said.textContent =
      text.length > MOST ? `You selected ${text.length} characters; at most ${MOST} are fair to quote. Select less.` : "";
  };

  const put = (claim, place) => {
    form.elements.author_claim.value = claim;
    form.elements.claim_place.value = place;
    form.elements.author_claim.dispatchEvent(new Event("input", { bubbles: true }));
  };

  button.addEventListener("click", () => {
    if (earlier) {
      put(...earlier);
      earlier = null;
      button.textContent = "Quote this as the author claim";
      said.textContent = "What stood there before stands there again.";
      return;
    }
    earlier = [form.elements.author_claim.value, form.elements.claim_place.value];
    put(chosen, "abstract");
    button.textContent = "Undo";
    said.textContent = "Quoted under “What the authors say”, with the abstract as its place.";
  });
  document.addEventListener("selectionchange", offer);
})();
