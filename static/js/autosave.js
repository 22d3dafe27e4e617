/* Saves the draft by itself while typing pauses and when the page is left, and shows what the answer says:
   problems and remarks of each field, what is left, level and score, near ones. Never touches typed text
   or the focus. Without it, or whenever it cannot save, the button does the same. */
(function () {
  "use strict";
  const form = document.querySelector("form[data-autosave]");
  if (!form || !form.draft) return;
  const { draft } = form;
  const PAUSE = 1200;
  const AGAIN = [3000, 10000, 30000, 60000];
  /* What a browser still sends when its page is gone. */
  const MOST_WHEN_LEAVING = 60000;
  const state = form.querySelector("[data-save-state]");
  const announcer = form.querySelector("[data-announcer]");
  /* Text that came back because it was not saved waits for a person to look at it and press the button. */
  let stopped = form.dataset.rendered === "typed";
  let sending = false;
  let failures = 0;
  let signedOut = false;
  let timer = 0;
  let latest = null;

  const later = (wait) => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => save(), wait);
  };
  const say = (text, node) => {
    state.replaceChildren(node || document.createTextNode(text));
    state.toggleAttribute("data-trouble", Boolean(node));
    if (node) announcer.textContent = node.textContent;
  };
  const trouble = (text) => {
    const told = document.createElement("p");
    told.textContent = text;
    if (state.textContent !== text) say("", told);
  };

  /* --- sending ----------------------------------------------------------------------------------- */

  const save = ({ leaving = false, retried = false } = {}) => {
    window.clearTimeout(timer);
    if (stopped || draft.isSending() || !draft.isDirty() || (sending && !leaving)) return;
    const texts = draft.texts();
    const body = new URLSearchParams(new FormData(form));
    body.set("autosave", "1");
    const text = body.toString();
    draft.keep(true);
    sending = true;
    fetch(form.getAttribute("action"), {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded", Accept: "text/html" },
      body: text,
      keepalive: text.length < MOST_WHEN_LEAVING,
      redirect: "error",
    })
      .then((answer) => answer.text())
      .then((html) => new DOMParser().parseFromString(html, "text/html").querySelector("[data-autosave]"))
      .then((answer) => {
        sending = false;
        if (!answer || !(answer.dataset.autosave in TAKE)) throw new Error("not an answer of ours");
        TAKE[answer.dataset.autosave](answer, texts, retried);
      })
      .catch((error) => {
        sending = false;
        draft.lost();
        if (draft.isSending()) return;
        trouble(
          navigator.onLine && !(error instanceof TypeError)
            ? "The portal could not save just now. Your text is kept in this browser and will be saved soon."
            : "No connection. Your text is kept in this browser and will be saved when the connection is back."
        );
        later(AGAIN[Math.min(failures, AGAIN.length - 1)]);
        failures += 1;
      });
  };

  const TAKE = {
    saved(answer, texts) {
      failures = 0;
      signedOut = false;
      const isAll = draft.same(texts, draft.texts());
      draft.saved(answer.dataset.editCount, isAll);
      say(`Saved at ${new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })}`);
      latest = answer;
      show();
      form.dispatchEvent(new CustomEvent("draft:saved", { detail: { fill: JSON.parse(answer.dataset.fill), texts } }));
      if (!isAll) later(PAUSE);
    },
    retry(answer, texts, retried) {
      form.elements.csrfmiddlewaretoken.value = answer.dataset.token;
      if (retried) this.stop(answer);
      else save({ retried: true });
    },
    sign_in(answer) {
      signedOut = true;
      draft.keep(false);
      if (!state.hasAttribute("data-trouble")) say("", answer.firstElementChild);
      later(AGAIN[2]);
    },
    wait(answer) {
      draft.keep(false);
      say("", answer.firstElementChild);
    },
    stop(answer) {
      stopped = true;
      draft.keep(false);
      say("", answer.firstElementChild);
    },
  };

  /* --- showing --------------------------------------------------------------------------------------- */

  /* An answer to a question of the rules is typed in a place that is shown anew: its text and focus stay. */
  const renew = (place, fresh) => {
    const typed = place.querySelector("textarea");
    const again = typed && fresh.querySelector(`#${CSS.escape(typed.id)}`);
    if (again && place.contains(document.activeElement)) {
      place.querySelector("p").replaceChildren(...fresh.querySelector("p").childNodes);
      return;
    }
    const text = typed && typed.value;
    place.replaceChildren(...fresh.childNodes);
    if (again) again.value = text;
  };
  const isTypedIn = (place) => {
    const field = place.closest(".field");
    return field && field.contains(document.activeElement) && document.activeElement.matches("input[type=text], textarea");
  };
  const mark = (field) => {
    const wrong = Boolean(field.querySelector(".field-problem > p"));
    field.classList.toggle("has-problem", wrong);
    field.querySelectorAll(".form-control, .form-select, .ts-control input").forEach((control) => {
      control.classList.toggle("is-invalid", wrong && control.matches(".form-control, .form-select"));
      if (wrong) control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
    });
  };

  const show = () => {
    if (!latest) return;
    const left = document.querySelector("[data-left]").textContent;
    Array.from(latest.querySelectorAll("[data-slot]")).forEach((fresh) => {
      const place = document.getElementById(fresh.dataset.slot);
      const isProblem = fresh.dataset.slot.startsWith("problem-");
      if (!place || place.innerHTML === fresh.innerHTML) return;
      /* Half a number is no problem yet: it is told once the field is left. */
      if (isProblem && fresh.children.length && isTypedIn(place)) return;
      const isOpen = Array.from(place.querySelectorAll("details"), (fold) => fold.open);
      renew(place, fresh.cloneNode(true));
      if (isOpen.length) place.querySelectorAll("details").forEach((fold, index) => (fold.open = isOpen[index] ?? fold.open));
      if (isProblem) mark(place.closest(".field"));
    });
    const now = document.querySelector("[data-left]").textContent;
    if (now !== left) announcer.textContent = now;
  };

  /* --- when ---------------------------------------------------------------------------------------- */

  form.addEventListener("draft:changed", () => later(PAUSE));
  form.addEventListener("draft:now", () => save());
  form.addEventListener("focusout", () => window.setTimeout(show));
  window.addEventListener("online", () => save());
  window.addEventListener("focus", () => signedOut && save());
  window.addEventListener("pagehide", () => save({ leaving: true }));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save({ leaving: true });
    else if (signedOut || failures) save();
  });
  draft.savesItself = () => !stopped && !failures && !signedOut;
  if (!stopped && draft.isDirty()) later(PAUSE);
})();
