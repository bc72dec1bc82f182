// Keeps typed comments in this tab, by entry and version, and counts them on the button. The page works without it.
(() => {
  const form = document.getElementById("entscheidung");
  if (!form) return;
  const boxes = [...form.querySelectorAll("textarea")];
  const key = form.dataset.keep;
  const label = document.querySelector("[data-count]");
  const written = () => boxes.filter((box) => box.value.trim());

  function read() {
    try {
      return JSON.parse(sessionStorage.getItem(key) || "{}");
    } catch {
      return {};
    }
  }

  function count() {
    const number = written().length;
    if (label) label.textContent = number === 0 ? label.dataset.none : number === 1 ? label.dataset.one : label.dataset.many.replace("0", number);
  }

  const kept = read();
  for (const box of boxes) {
    if (!box.value && kept[box.name]) {
      box.value = kept[box.name];
      const details = box.closest("details");
      if (details) details.open = true;
    }
  }

  function keep() {
    try {
      sessionStorage.setItem(key, JSON.stringify(Object.fromEntries(written().map((box) => [box.name, box.value]))));
    } catch {
      // Full or forbidden: the text stays on the page.
    }
    count();
  }

  // Also at once: a refused decision brings the text back, and the next link must not lose it.
  keep();
  form.addEventListener("input", keep);
})();
