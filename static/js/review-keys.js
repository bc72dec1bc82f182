// Single keys for those who review a lot: J, K, C, F, Z and in a sitting M. They can be switched off (WCAG 2.1.4), and
// never act while somebody types.
(() => {
  const list = document.querySelector("[data-keys]");
  if (!list) return;
  const STORE = "tasten-pruefung";
  const toggle = list.querySelector("[data-keys-switch]");
  const shown = list.querySelector("[data-keys-list]");

  function isOff() {
    try {
      return localStorage.getItem(STORE) === "aus";
    } catch {
      return false;
    }
  }

  function show() {
    shown.hidden = isOff();
    toggle.textContent = isOff() ? toggle.dataset.on : toggle.dataset.off;
  }

  toggle.addEventListener("click", () => {
    try {
      localStorage.setItem(STORE, isOff() ? "an" : "aus");
    } catch {
      // Forbidden: the keys stay as they are.
    }
    show();
  });
  list.hidden = false;
  show();

  const press = (selector) => () => document.querySelector(selector)?.click();
  const KEYS = {
    j: press('.queue [rel="next"]'),
    k: press('.queue [rel="prev"]'),
    c: () => document.dispatchEvent(new Event("review:comment")),
    f: press('[data-key="f"]'),
    z: press('[data-key="z"]'),
    m: press('[data-key="m"]'),
  };

  document.addEventListener("keydown", (event) => {
    if (isOff() || event.defaultPrevented || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
    const act = KEYS[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  });
})();
