/* A whole result pasted as the effect ("HR 0.58 (95% CI 0.41–0.82), p=0.002") is read by the server when the
   draft saves itself; here its parts go into their fields at once, said in words, and can be taken back. */
(function () {
  "use strict";
  const form = document.querySelector("form[data-autosave]");
  const box = form && form.elements.effect_value;
  if (!box) return;
  const note = document.createElement("p");
  note.className = "effect-read";
  note.hidden = true;
  box.after(note);
  const announcer = form.querySelector("[data-announcer]");
  let before = box.value;
  let waiting = null;
  let pasted = false;

  const labelOf = (name) => (name === "effect_value" ? "effect" : form.querySelector(`label[for="id_${name}"]`).textContent.trim());
  const wordsOf = (control) => (control.options ? control.options[control.selectedIndex].text : control.value);
  const put = (values) => {
    Object.entries(values).forEach(([name, value]) => (form.elements[name].value = value));
    box.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const take = ({ fill }) => {
    const names = Object.keys(fill);
    const earlier = Object.fromEntries(names.map((name) => [name, name === "effect_value" ? before : form.elements[name].value]));
    put(fill);
    waiting = null;
    pasted = false;
    before = box.value;
    const said = `Read as ${names.map((name) => `${labelOf(name)} ${wordsOf(form.elements[name])}`).join(", ")}. `;
    const undo = document.createElement("button");
    undo.type = "button";
    undo.className = "btn btn-sm btn-link";
    undo.textContent = "Undo";
    undo.addEventListener("click", () => {
      put(earlier);
      note.hidden = true;
      box.focus();
    });
    note.replaceChildren(said, undo);
    note.hidden = false;
    announcer.textContent = said;
  };

  const settle = () => {
    if (!waiting || box.value !== waiting.line) waiting = null;
    else if (pasted || document.activeElement !== box) take(waiting);
  };

  box.addEventListener("focus", () => (before = note.hidden ? box.value : before));
  box.addEventListener("paste", () => {
    pasted = true;
    window.setTimeout(() => form.dispatchEvent(new Event("draft:now")));
  });
  box.addEventListener("change", () => form.dispatchEvent(new Event("draft:now")));
  box.addEventListener("blur", () => window.setTimeout(settle));
  form.addEventListener("draft:saved", ({ detail: { fill, texts } }) => {
    if (!("effect_value" in fill)) return;
    waiting = { fill, line: String(texts.effect_value) };
    settle();
  });
})();
