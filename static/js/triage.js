/* Triage by keys and in place. Every step is a plain form that works without this: here it is sent in the
   background, the candidate's row is put in anew, and the next candidate takes the focus. */
(function () {
  "use strict";
  const list = document.querySelector("[data-candidates]");
  const page = list ? null : document.querySelector("[data-candidate]");
  if (!list && !page) return;

  /* --- the candidate at hand ------------------------------------------------------------------ */
  const rows = () => Array.from(list.querySelectorAll("[data-candidate]"));
  const title = (row) => row.querySelector(".record-title a");
  const current = () => (list ? document.activeElement.closest("[data-candidates] [data-candidate]") : page);
  const focus = (row) => {
    if (!row) return;
    title(row).focus();
    row.scrollIntoView({ block: "nearest" });
  };
  const neighbour = (row, step) => {
    const all = rows();
    if (!row) return all[0];
    return all[Math.min(all.length - 1, Math.max(0, all.indexOf(row) + step))];
  };

  /* --- steps in the background ---------------------------------------------------------------- */
  /* A refusal is a row as well, with the reason in it. */
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.closest("[data-candidates]") && [403, 409, 422].includes(event.detail.xhr.status)) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });
  const take = (row, address, values, { moves }) => {
    const number = row.id;
    const next = moves && neighbour(row, 1) !== row ? neighbour(row, 1).id : number;
    return window.htmx.ajax("POST", address, { source: row, target: row, swap: "outerHTML", values }).then(() => {
      const done = document.getElementById(number);
      if (!done) return;
      const refused = done.querySelector("[role=alert]");
      if (!refused) done.dataset.settled = "";
      /* Whoever has gone on to another candidate meanwhile is not fetched back. */
      const hand = current();
      if (!hand || hand.id === number) focus(document.getElementById(refused ? number : next));
      const standing = refused || done.querySelector("[data-standing]");
      say(standing ? standing.textContent.replace(/\s+/g, " ").trim() : "New again");
    });
  };
  const valuesOf = (form, button) => {
    const values = Object.fromEntries(new FormData(form));
    if (button.name) values[button.name] = button.value;
    return values;
  };
  if (list) {
    list.addEventListener("submit", (event) => {
      event.preventDefault();
      const button = event.submitter;
      take(event.target.closest("[data-candidate]"), button.formAction, valuesOf(event.target, button), { moves: "done" in button.dataset });
    });
  }

  /* --- why it is left out --------------------------------------------------------------------- */
  const dialog = document.getElementById("reject-dialog");
  const openFor = (link) => {
    const row = link.closest("[data-candidate]");
    const form = dialog.querySelector("form");
    form.action = link.dataset.reject;
    form.elements.text.value = "";
    form.elements.next.value = list ? row.querySelector("input[name=next]").value : "";
    dialog.querySelector("[data-reject-title]").textContent = (list ? title(row) : document.querySelector("h1")).textContent;
    dialog.dataset.row = row.id;
    dialog.showModal();
  };
  if (dialog) {
    document.addEventListener("click", (event) => {
      const link = event.target.closest("[data-reject]");
      if (!link) return;
      event.preventDefault();
      openFor(link);
    });
    dialog.addEventListener("keydown", (event) => {
      /* Enter in the remark would choose the first of the reasons. */
      if (event.target.matches("input") && event.key === "Enter") event.preventDefault();
      if (event.target.matches("input") || event.ctrlKey || event.metaKey || event.altKey) return;
      const choice = dialog.querySelector(`[data-choice="${CSS.escape(event.key)}"]`);
      if (!choice) return;
      event.preventDefault();
      choice.click();
    });
    dialog.addEventListener("submit", (event) => {
      if (!list) return;
      event.preventDefault();
      const values = valuesOf(event.target, event.submitter);
      dialog.close();
      take(document.getElementById(dialog.dataset.row), event.target.action, values, { moves: true });
    });
  }
  document.addEventListener("click", (event) => {
    const close = event.target.closest("dialog [data-close]");
    if (close) close.closest("dialog").close();
  });

  /* --- several at once ------------------------------------------------------------------------ */
  const bulk = document.querySelector("[data-bulk]");
  const ticked = () => document.querySelectorAll('[form="bulk"][name="candidate"]:checked').length;
  const count = () => {
    const number = ticked();
    bulk.querySelector("[data-ticked]").textContent = number ? `(${number} ticked)` : "";
    if (number) bulk.open = true;
  };
  if (bulk) {
    const everything = bulk.querySelector("[data-everything]");
    document.addEventListener("change", (event) => {
      if (event.target === everything) {
        document.querySelectorAll('[form="bulk"][name="candidate"]').forEach((box) => (box.checked = everything.checked));
      } else if (event.target.name === "candidate") everything.checked = false;
      count();
    });
  }

  /* --- keys ----------------------------------------------------------------------------------- */
  const press = (row, key) => {
    const button = row && row.querySelector(`[data-key="${key}"]`);
    if (button) button.click();
    else say(row ? "That cannot be done with this candidate now." : "Choose a candidate first: press j.");
  };
  const inList = {
    j: (row) => focus(row ? neighbour(row, 1) : rows()[0]),
    k: (row) => focus(neighbour(row, -1)),
    o: (row) => {
      const abstract = row && row.querySelector("details");
      if (abstract) abstract.open = !abstract.open;
      else say("It has no abstract.");
    },
    x: (row) => row && row.querySelector('input[type="checkbox"]').click(),
  };
  const say = window.tmeKeys((key) => {
    if (list && key in inList) inList[key](current());
    else if (["c", "i", "l", "r", "u"].includes(key)) press(current(), key);
    else return false;
  });

  /* After a step without htmx, and when the page opens at a candidate, that one has the focus. */
  const named = list && window.location.hash.startsWith("#candidate-") && document.getElementById(window.location.hash.slice(1));
  if (named) focus(named);
})();
