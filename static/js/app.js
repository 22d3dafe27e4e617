/* Small comforts for every page. Each page works without them. */
(function () {
  "use strict";
  const root = document.documentElement;

  /* Theme: the button says which one it would switch to, and the choice is remembered. */
  const themeButton = document.querySelector("[data-theme-toggle]");
  if (themeButton) {
    const label = themeButton.querySelector("[data-theme-label]");
    const say = () => {
      label.textContent = root.dataset.bsTheme === "dark" ? "Use the light theme" : "Use the dark theme";
    };
    themeButton.hidden = false;
    themeButton.addEventListener("click", () => {
      root.dataset.bsTheme = root.dataset.bsTheme === "dark" ? "light" : "dark";
      try {
        window.localStorage.setItem("tme-theme", root.dataset.bsTheme);
      } catch (error) {
        /* not remembered, and nothing else is lost */
      }
      say();
    });
    new MutationObserver(say).observe(root, { attributeFilter: ["data-bs-theme"] });
    say();
  }

  /* Narrow screens: without JavaScript the whole navigation is shown; with it, behind one button. */
  const menuButton = document.querySelector("[data-menu-toggle]");
  if (menuButton) {
    menuButton.addEventListener("click", () => {
      const open = menuButton.getAttribute("aria-expanded") === "true";
      menuButton.setAttribute("aria-expanded", String(!open));
    });
  }

  /* Menus made of <details>: close on Escape, on a click elsewhere, and when the focus leaves. */
  const menus = () => document.querySelectorAll("details[data-menu][open]");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menus().forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });
  const closeOthers = (event) => menus().forEach((menu) => menu.contains(event.target) || (menu.open = false));
  document.addEventListener("click", closeOthers);
  document.addEventListener("focusin", closeOthers);

  /* <form data-confirm="…"> asks first; <button data-copy="#id"> copies the text of that element. */
  document.addEventListener("submit", (event) => {
    const question = event.target.dataset.confirm;
    if (question && !window.confirm(question)) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button || !navigator.clipboard) return;
    const source = document.querySelector(button.dataset.copy);
    navigator.clipboard.writeText(source.value || source.textContent.trim()).then(() => {
      const before = button.textContent;
      button.textContent = "Copied";
      window.setTimeout(() => (button.textContent = before), 2000);
    });
  });

  /* The first field that was refused takes the focus, so that nobody has to look for it. */
  const refused = document.querySelector("[data-form-errors]");
  if (refused) refused.focus();
})();
