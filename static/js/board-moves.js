// Cards of the board: their menus, dragging as a second way to each move, and marking many. The page works without it:
// every drag has its entry in the card's menu, and boxes are sent as they are.
(() => {
  const said = document.getElementById("zug");
  if (!said) return;
  const reasons = JSON.parse(document.getElementById("ablehnungen").textContent);

  const card = (node) => (node instanceof Element ? node.closest("[data-run]") : null);
  const column = (node) => (node instanceof Element ? node.closest("[data-column]") : null);
  const columns = () => document.querySelectorAll("[data-column]");
  const number = (one) => one.querySelector(".no").textContent;
  const say = (text) => { said.textContent = text; };

  // --- Menus: one at a time; Escape closes it and gives the focus back, and so does a click elsewhere.

  const open = () => document.querySelectorAll("details.menu[open]");

  document.addEventListener("toggle", (event) => {
    if (!event.target.matches?.("details.menu") || !event.target.open) return;
    for (const other of open()) if (other !== event.target) other.open = false;
  }, true);
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest?.("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => {
    for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
  });

  // --- Dragging. By mouse or pen; a finger scrolls, and has the menu.

  let dragged = null;
  const entry = (one, state) =>
    [...one.querySelectorAll("[data-to]")].find((link) => link.dataset.to.split(" ").includes(state));

  document.addEventListener("pointerdown", (event) => {
    const one = card(event.target);
    if (one) one.draggable = event.pointerType !== "touch" && !event.target.closest("details, input, label");
  });

  document.addEventListener("dragstart", (event) => {
    dragged = card(event.target);
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", number(dragged));
    dragged.dataset.dragging = "";
    for (const one of columns()) {
      if (one.dataset.column === dragged.dataset.state) continue;
      one.classList.add(entry(dragged, one.dataset.column) ? "board__col--open" : "board__col--shut");
    }
    say("");
  });

  document.addEventListener("dragover", (event) => {
    const target = column(event.target);
    if (!dragged || !target) return;
    // Also where the card may not go: only what is dropped can be told why.
    event.preventDefault();
    event.dataTransfer.dropEffect = "move";
    for (const one of columns()) one.classList.toggle("board__col--over", one === target);
  });

  document.addEventListener("drop", (event) => {
    const target = column(event.target);
    if (!dragged || !target) return;
    event.preventDefault();
    const from = dragged.dataset.state;
    const to = target.dataset.column;
    if (from === to) return;
    const link = entry(dragged, to);
    if (link) {
      say(`${number(dragged)}: ${link.textContent}`);
      location.assign(link.href);
    } else {
      say(`${number(dragged)}: ${reasons[`${from}>${to}`] || reasons[to]}`);
    }
  });

  document.addEventListener("dragend", () => {
    if (dragged) delete dragged.dataset.dragging;
    dragged = null;
    for (const one of columns()) one.classList.remove("board__col--open", "board__col--shut", "board__col--over");
  });

  // --- Marking. The boxes of whole columns and of everything stand for more than is shown.

  const form = document.getElementById("sammel");
  const label = form?.querySelector("[data-marked]");
  const boxes = (selector) => [...document.querySelectorAll(`input[type="checkbox"][form="sammel"]${selector}`)];

  function count() {
    if (!label) return;
    const everything = form.elements.alle;
    let total = 0;
    if (everything.checked) {
      total = Number(document.getElementById("vorgaenge").dataset.shown);
    } else {
      const whole = boxes('[name="spalte"]:checked');
      const states = whole.map((one) => one.value);
      total = whole.reduce((sum, one) => sum + Number(one.dataset.total), 0);
      total += boxes('[name="run"]:checked').filter((one) => !states.includes(card(one)?.dataset.state)).length;
    }
    label.textContent = total === 0 ? label.dataset.none : total === 1 ? label.dataset.one : label.dataset.many.replace("0", total);
  }

  function mark(chosen, checked) {
    for (const one of boxes('[name="run"]')) if (chosen(card(one)?.dataset.state)) one.checked = checked;
  }

  document.addEventListener("change", (event) => {
    const box = event.target;
    if (!form || box.form !== form) return;
    if (box.name === "alle") {
      for (const one of boxes('[name="spalte"]')) one.checked = box.checked;
      mark(() => true, box.checked);
    } else if (box.name === "spalte") {
      mark((state) => state === box.value, box.checked);
    }
    if (box.name !== "alle" && !box.checked) {
      form.elements.alle.checked = false;
      for (const one of boxes('[name="spalte"]')) if (one.value === card(box)?.dataset.state) one.checked = false;
    }
    count();
  });
  // Coming back, the browser may have kept what was marked; refreshed, the board may hold more or less.
  window.addEventListener("pageshow", count);
  document.addEventListener("board:refreshed", () => {
    const found = form?.querySelector("[data-found]");
    if (found) found.textContent = document.getElementById("vorgaenge").dataset.shown;
    count();
  });
})();
