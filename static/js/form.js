/* Keeps what is typed into a draft until the server has it: through a closed tab, a lost connection,
   a second tab and an expired session. The text stays in this browser, by person and submission.
   `form.draft` is what autosave.js works with. */
(function () {
  "use strict";
  const form = document.querySelector("form[data-keep]");
  if (!form) return;

  const KEY = `tme-draft:${form.dataset.keep}`;
  const FORGET_AFTER = 30 * 24 * 3600 * 1000;
  const WAIT = 400;
  const { sitting, savedIn } = form.dataset;
  const unsaved = form.querySelector("[data-unsaved]");
  let dirty = false;
  let sending = false;
  /* A save whose answer never came: the server may have it or not. */
  let unknown = false;
  let gone = false;
  let timer = 0;

  const store = {
    read() {
      try {
        const kept = JSON.parse(window.localStorage.getItem(KEY));
        return kept && Date.now() - kept.at < FORGET_AFTER ? kept : null;
      } catch (error) {
        return null;
      }
    },
    write(kept) {
      try {
        window.localStorage.setItem(KEY, JSON.stringify(kept));
      } catch (error) {
        /* private window or full: the server still keeps every save */
      }
    },
    drop() {
      try {
        window.localStorage.removeItem(KEY);
      } catch (error) {
        /* nothing was kept */
      }
    },
  };

  /* {field: [values]} of all that a person can type or choose. */
  const texts = () => {
    const read = {};
    Array.from(form.elements).forEach((control) => {
      if (!control.name || control.type === "hidden" || control.tagName === "BUTTON") return;
      read[control.name] = read[control.name] || [];
      if (control.type === "radio" || control.type === "checkbox" ? control.checked : control.value !== "") {
        read[control.name].push(control.value);
      }
    });
    return read;
  };
  const same = (one, other) =>
    Object.keys({ ...one, ...other }).every((name) => String(one[name] || []) === String(other[name] || []));

  const put = (kept) => {
    Array.from(form.elements).forEach((control) => {
      if (!(control.name in kept) || control.type === "hidden" || control.tagName === "BUTTON") return;
      const values = kept[control.name];
      if (control.type === "radio" || control.type === "checkbox") {
        control.checked = values.includes(control.value) || (control.type === "radio" && !values.length && !control.value);
      } else if (control.tomselect) {
        control.dataset.set = values.join("; ");
        control.dispatchEvent(new Event("picker:set"));
      } else {
        control.value = values[0] || "";
      }
    });
    form.querySelectorAll("details").forEach((fold) => {
      if (Array.from(fold.querySelectorAll("[name]")).some((control) => (kept[control.name] || []).some(Boolean))) fold.open = true;
    });
  };

  const editCount = () => Number(form.elements.edit_count.value);
  const keep = (sent) =>
    store.write({ at: Date.now(), editCount: editCount(), sitting, gone, sent: Boolean(sent) && !unknown, texts: texts() });
  const changed = () => {
    dirty = true;
    unsaved.hidden = false;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => keep(false), WAIT);
    form.dispatchEvent(new Event("draft:changed"));
  };

  form.draft = {
    texts,
    same,
    put,
    keep,
    changed,
    isDirty: () => dirty,
    isSending: () => sending,
    /* The server has what was sent; `isAll`: nothing was typed since. */
    saved(count, isAll) {
      form.elements.edit_count.value = count;
      form.elements.follows.value = "";
      unknown = false;
      if (!isAll) return keep(false);
      window.clearTimeout(timer);
      dirty = false;
      unsaved.hidden = true;
      store.drop();
    },
    lost() {
      unknown = true;
      keep(false);
    },
  };

  const offer = (kept, message, isBack) => {
    const box = form.querySelector("[data-kept]");
    box.querySelector("[data-kept-text]").textContent = message;
    const restore = box.querySelector("[data-kept-restore]");
    restore.hidden = isBack;
    restore.addEventListener("click", () => {
      put(kept.texts);
      changed();
      box.hidden = true;
    });
    const before = texts();
    box.querySelector("[data-kept-discard]").textContent = isBack ? "Undo" : "Discard it";
    box.querySelector("[data-kept-discard]").addEventListener("click", () => {
      dirty = false;
      unsaved.hidden = true;
      window.clearTimeout(timer);
      store.drop();
      if (isBack) {
        put(before);
        changed();
      }
      box.hidden = true;
    });
    box.hidden = false;
  };

  const begin = () => {
    const kept = store.read();
    if (form.dataset.rendered === "typed") {
      /* The server answered with the typed text because it could not save it. */
      keep(false);
      changed();
    } else if (kept && !same(kept.texts, texts())) {
      const when = new Date(kept.at).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
      const isOurs = kept.sitting && kept.sitting === savedIn;
      if (kept.sent && isOurs && editCount() > kept.editCount) store.drop();
      else if (isOurs || kept.editCount === editCount()) {
        offer(kept, `The text that you typed on ${when} was not saved. It stands in the form again; save it to keep it.`, true);
        /* What the closed form sent last may still arrive: it is not in the way of this one. */
        if (kept.gone) form.elements.follows.value = kept.sitting;
        put(kept.texts);
        changed();
      } else {
        offer(kept, `Text that you typed on ${when} was not saved, and the draft was saved elsewhere since.`, false);
      }
    } else store.drop();

    form.addEventListener("input", changed);
    form.addEventListener("change", changed);
    form.addEventListener("submit", () => {
      sending = true;
      if (dirty) keep(true);
      try {
        window.sessionStorage.setItem(`${KEY}:scroll`, String(window.scrollY));
      } catch (error) {
        /* the page opens at its top */
      }
    });
    window.addEventListener("pagehide", () => {
      gone = true;
      if (dirty && !sending) keep(false);
    });
    window.addEventListener("beforeunload", (event) => {
      if (dirty && !sending && !form.draft.savesItself?.()) event.preventDefault();
    });
    window.addEventListener("pageshow", () => {
      sending = false;
      gone = false;
    });
  };

  const settle = () => {
    if (window.matchMedia("(max-width: 73.99rem)").matches) {
      document.querySelectorAll("[data-fold-when-narrow]:not(:target)").forEach((fold) => (fold.open = false));
    }
    const place = (() => {
      try {
        const kept = window.sessionStorage.getItem(`${KEY}:scroll`);
        window.sessionStorage.removeItem(`${KEY}:scroll`);
        return Number(kept);
      } catch (error) {
        return 0;
      }
    })();
    if (place && !document.querySelector("[data-form-errors]") && !window.location.hash) window.scrollTo(0, place);
    const openFor = (id) => {
      const goal = id && document.getElementById(id);
      if (!goal) return;
      for (let fold = goal.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
      (goal.tomselect || goal).focus();
    };
    document.addEventListener("click", (event) => {
      const link = event.target.closest('a[href^="#id_"]');
      if (!link) return;
      event.preventDefault();
      openFor(link.getAttribute("href").slice(1));
    });
    if (window.location.hash.startsWith("#id_")) openFor(window.location.hash.slice(1));
  };

  begin();
  settle();
})();
