/* What was found in the paper, or follows from what was chosen, is taken over into the form by one click, as if
   it had been chosen there, and taken back by another. Without script the same buttons save the form. */
(function () {
  "use strict";
  const form = document.getElementById("content-form");
  const panel = document.querySelector(".edit-reference");
  if (!form || !panel) return;
  const status = panel.querySelector("[data-found-status]");
  const marks = Array.from(panel.querySelectorAll(".mention[data-curie]"));
  const offers = () => Array.from(panel.querySelectorAll(".offer[data-field]"));
  /* What a field that holds one only held before something was taken over into it. */
  const before = new Map();

  const control = (offer) => form.elements[offer.dataset.field];
  const parts = (text) => text.split(/[;\n]+/).map((part) => part.trim()).filter(Boolean);
  const holds = (text, offer) => text.split(/[\s;,()[\]]+/).includes(offer.dataset.value);

  const put = (input, names) => {
    const text = names.join("; ");
    const first = input instanceof RadioNodeList ? input[0] : input;
    if (input.tomselect) {
      input.dataset.set = text;
      input.dispatchEvent(new Event("picker:set"));
    } else {
      input.value = text;
      first.dispatchEvent(new Event("input", { bubbles: true }));
    }
    for (let fold = first.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  };

  const take = (offer) => {
    const input = control(offer);
    const single = "single" in offer.dataset;
    if (single) before.set(offer.dataset.field, input.value);
    put(input, single ? [offer.dataset.text] : [...parts(input.value), offer.dataset.text]);
  };

  const drop = (offer) => {
    const input = control(offer);
    const rest = input.tomselect
      ? parts(input.value).filter((part) => !holds(part, offer))
      : input.value.split(/[\s;,]+/).filter((part) => part && part !== offer.dataset.value);
    put(input, rest.length ? rest : parts(before.get(offer.dataset.field) || ""));
  };

  const toggle = (offer) => {
    const name = offer.querySelector("strong").textContent;
    const field = offer.dataset.fieldLabel;
    const isTaken = holds(control(offer).value, offer);
    if (isTaken) drop(offer);
    else take(offer);
    status.textContent = isTaken ? `${name} is no longer in “${field}”.` : `${name} taken over into “${field}”.`;
  };

  const takeAll = (button) => {
    const wanted = Array.from(button.closest("[data-offers]").querySelectorAll(".offer[data-sure]:not([data-taken])"));
    wanted.forEach(take);
    const names = wanted.map((offer) => offer.querySelector("strong").textContent);
    status.textContent = names.length ? `Taken over: ${names.join(", ")}.` : "All of these are taken over already.";
  };

  const settle = () => {
    const taken = new Set();
    offers().forEach((offer) => {
      const isTaken = holds(control(offer).value, offer);
      if (isTaken) taken.add(offer.dataset.value);
      offer.toggleAttribute("data-taken", isTaken);
      const button = offer.querySelector("button");
      if (!button) return;
      button.name = isTaken ? "drop" : "take";
      button.querySelector("[data-verb]").textContent = isTaken ? "Undo" : "Take over";
    });
    marks.forEach((mark) => mark.toggleAttribute("data-taken", taken.has(mark.dataset.curie)));
  };

  panel.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=take], button[name=drop]");
    if (!button) return;
    event.preventDefault();
    if (button.closest(".offer")) toggle(button.closest(".offer"));
    else takeAll(button);
  });
  if (panel.querySelector(".offer button")) {
    /* The words in the text do the same for a mouse; the list does it for everybody. */
    marks.forEach((mark) => {
      const isOf = (offer) => offer.dataset.value === mark.dataset.curie;
      if (!offers().some(isOf)) return;
      mark.classList.add("mention-live");
      mark.addEventListener("click", () => toggle(offers().find(isOf)));
    });
  }
  form.addEventListener("input", settle);
  form.addEventListener("change", settle);
  form.addEventListener("draft:saved", settle);
  settle();
})();
