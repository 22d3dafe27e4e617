/* What was found in the paper is taken over into the form by one click, as if it had been chosen there,
   and taken back by another. Without script the same buttons save the form. */
(function () {
  "use strict";
  const form = document.getElementById("content-form");
  const panel = document.getElementById("found");
  if (!form || !panel) return;
  const status = panel.querySelector("[data-found-status]");
  const offers = Array.from(panel.querySelectorAll(".offer"));
  const marks = Array.from(document.querySelectorAll(".edit-reference .mention[data-curie]"));
  /* What a field that holds one only held before something was taken over into it. */
  const before = new Map();

  const control = (offer) => form.elements[offer.dataset.field];
  const parts = (text) => text.split(/[;\n]+/).map((part) => part.trim()).filter(Boolean);
  const holds = (text, offer) => text.split(/[\s;,()[\]]+/).includes(offer.dataset.value);

  const put = (input, names) => {
    const text = names.join("; ");
    if (input.tomselect) {
      input.dataset.set = text;
      input.dispatchEvent(new Event("picker:set"));
    } else {
      input.value = text;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }
    for (let fold = input.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  };

  const toggle = (offer) => {
    const input = control(offer);
    const name = offer.querySelector("strong").textContent;
    const field = document.querySelector(`#found-${offer.dataset.field}`).textContent;
    if (holds(input.value, offer)) {
      const rest = input.tomselect
        ? parts(input.value).filter((part) => !holds(part, offer))
        : input.value.split(/[\s;,]+/).filter((part) => part && part !== offer.dataset.value);
      put(input, rest.length ? rest : parts(before.get(offer) || ""));
      status.textContent = `${name} is no longer in “${field}”.`;
    } else {
      const single = "single" in offer.dataset;
      if (single) before.set(offer, input.value);
      put(input, single ? [offer.dataset.text] : [...parts(input.value), offer.dataset.text]);
      status.textContent = `${name} taken over into “${field}”.`;
    }
  };

  const settle = () => {
    const taken = new Set();
    offers.forEach((offer) => {
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
    const button = event.target.closest("button");
    if (!button) return;
    event.preventDefault();
    toggle(button.closest(".offer"));
  });
  if (panel.querySelector("button")) {
    /* The words in the text do the same for a mouse; the list above does it for everybody. */
    marks.forEach((mark) => {
      const offer = offers.find((one) => one.dataset.value === mark.dataset.curie);
      if (!offer) return;
      mark.classList.add("mention-live");
      mark.addEventListener("click", () => toggle(offer));
    });
  }
  form.addEventListener("input", settle);
  form.addEventListener("change", settle);
  settle();
})();
