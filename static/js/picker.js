/* Turns a text field that names terms or targets into a picker.
   The value stays the text that the field would hold without script: "macrophage (CL:0000235); …",
   so that the server reads both alike and a typed name that the list does not know is never lost. */
(function () {
  "use strict";
  if (!window.TomSelect) return;
  const SEPARATOR = /[;\n]+/;
  const CURIE_AT_END = /\(([A-Za-z][A-Za-z0-9_]*:[^\s()]+)\)$/;
  const plain = (text) => String(text).replace(/;/g, ",");

  const element = (tag, className, text) => {
    const made = document.createElement(tag);
    made.className = className;
    made.textContent = text;
    return made;
  };
  const note = (text, kind) => {
    const made = element("span", "option-note", text);
    made.dataset.is = kind;
    return made;
  };
  const optionOf = (value) => {
    const found = CURIE_AT_END.exec(value);
    return { value, text: found ? value.slice(0, found.index).trim() : value, known: Boolean(found), detail: "" };
  };

  /* For the mouse, whose way to the button below the field the list covers; the keyboard reaches that one. */
  const footer = (picker, ask) => {
    const made = element("button", "picker-ask", `Not there? ${ask.textContent.trim()}`);
    made.type = "button";
    made.tabIndex = -1;
    made.addEventListener("mousedown", (event) => event.preventDefault());
    made.addEventListener("click", () => {
      if (picker.control_input.value.trim()) picker.createItem();
      ask.click();
    });
    return made;
  };

  const address = (input, typed) => {
    const { dataset } = input.closest("[data-term-search]");
    const query = new URLSearchParams({ q: typed });
    (input.dataset.vocabulary || "").split(" ").filter(Boolean).forEach((name) => query.append("vocabulary", name));
    const base = input.dataset.picker === "target" ? dataset.targetSearch : dataset.termSearch;
    return `${base}?${query}`;
  };

  const enhance = (input) => {
    const many = input.dataset.many === "true";
    const stored = input.value.split(SEPARATOR).map((part) => part.trim()).filter(Boolean);
    const describedBy = input.getAttribute("aria-describedby");
    const labelText = (document.querySelector(`label[for="${input.id}"]`) || {}).textContent || "";
    input.value = "";
    const picker = new TomSelect(input, {
      options: stored.map(optionOf),
      items: stored,
      maxItems: many || stored.length > 1 ? null : 1,
      delimiter: "; ",
      splitOn: SEPARATOR,
      create: (typed) => optionOf(plain(typed).trim()),
      createOnBlur: true,
      persist: false,
      preload: false,
      loadThrottle: 150,
      closeAfterSelect: !many,
      hideSelected: true,
      clearAfterSelect: true,
      maxOptions: 30,
      searchField: ["text", "detail"],
      score: () => () => 1 /* the server has ranked them */,
      sortField: [{ field: "$order" }],
      shouldLoad: (typed) => typed.trim().length > 0,
      load(typed, done) {
        this.clearOptions((option) => this.items.includes(option.value));
        fetch(address(input, typed), { headers: { Accept: "application/json" } })
          .then((answer) => (answer.ok ? answer.json() : Promise.reject(answer)))
          .then((body) =>
            done(
              body.results.map((row) => ({
                value: `${plain(row.text)} (${row.value})`,
                text: row.text,
                detail: row.detail,
                definition: row.definition,
                usage: row.usage,
                pending: row.pending,
                known: true,
              }))
            )
          )
          .catch(() => done());
      },
      plugins: { remove_button: { label: "×", title: "Remove" } },
      render: {
        option(option) {
          const made = element("div", "option", option.text);
          if (option.pending) made.append(note("awaiting a decision", "pending"));
          if (option.usage) made.append(note(option.usage === 1 ? "used once" : `used ${option.usage} times`, "usage"));
          if (option.detail) made.append(element("span", "option-detail", option.detail));
          if (option.definition) made.append(element("span", "option-definition", option.definition));
          return made;
        },
        item(option) {
          const made = element("div", option.known ? "item" : "item unresolved", option.text);
          made.title = option.known ? option.value : "Looked up when you save";
          return made;
        },
        option_create: null,
        no_results(query) {
          return element("div", "no-results", `Nothing found under “${query.input}”. It is kept as typed.`);
        },
        loading() {
          return element("div", "picker-note", "Searching…");
        },
      },
    });
    input.hidden = true;
    if (describedBy) picker.control_input.setAttribute("aria-describedby", describedBy);
    if (input.getAttribute("aria-invalid")) picker.control_input.setAttribute("aria-invalid", "true");
    picker.dropdown_content.setAttribute("aria-label", labelText.trim());
    const ask = (input.closest(".field") || document.createElement("p")).querySelector("[name=ask_for]");
    if (ask) picker.dropdown.append(footer(picker, ask));
    picker.wrapper.querySelectorAll(".remove").forEach((button) => button.setAttribute("tabindex", "-1"));
    input.addEventListener("picker:set", () => {
      const names = input.dataset.set.split(SEPARATOR).map((part) => part.trim()).filter(Boolean);
      picker.clear(true);
      names.forEach((name) => picker.addOption(optionOf(name)));
      picker.setValue(names);
    });
  };

  document.querySelectorAll("[data-term-search] input[data-picker]").forEach(enhance);
})();
