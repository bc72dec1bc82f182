// Opens a card in place, and keeps the board up to date without taking focus or place away. The page works without it.
(() => {
  const board = document.getElementById("tafel");
  const card = document.getElementById("karte");
  if (!board) return;
  const ASK_EVERY = 30000;
  const HEADERS = { "HX-Request": "true" };

  // --- A card in place ---------------------------------------------------------------------------------------------

  const inside = document.getElementById("karte-inhalt");
  let opened = "";

  async function open(link, run) {
    try {
      const answer = await fetch(board.dataset.card.replace("/0/", `/${run}/`), { headers: HEADERS, credentials: "same-origin" });
      if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
      inside.replaceChildren(...new DOMParser().parseFromString(await answer.text(), "text/html").body.childNodes);
    } catch {
      location.assign(link.href);
      return;
    }
    opened = run;
    card.showModal();
    card.scrollTop = 0;
    document.getElementById("karte-h")?.focus();
  }

  board.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-card]");
    const run = link?.closest("[data-run]")?.dataset.run;
    if (!run || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.defaultPrevented) return;
    event.preventDefault();
    open(link, run);
  });

  card.addEventListener("click", (event) => {
    if (event.target === card) card.close();
  });

  // The run may have moved to another column meanwhile: the way back is found by its number.
  card.addEventListener("close", () => document.querySelector(`#run-${opened} a[data-card]`)?.focus({ preventScroll: true }));

  // --- Up to date --------------------------------------------------------------------------------------------------

  const label = document.querySelector("[data-refresh-switch]");
  const wanted = label.querySelector("input");
  const said = document.querySelector("[data-refresh-said]");
  const KEPT = "board-refresh";
  let stamp = board.dataset.stamp;
  let asking = false;

  function kept() {
    try {
      return localStorage.getItem(KEPT) !== "off";
    } catch {
      return true;
    }
  }

  const seen = () =>
    new Map(
      [...board.querySelectorAll("[data-run]")].map((one) => [
        one.dataset.run,
        { says: one.dataset.state + one.textContent.replace(/\s+/g, " "), place: one.closest("[data-column]")?.id ?? "" },
      ]),
    );

  // A column shows only its first cards: where one leaves, the next moves up, and where one comes, the last drops out.
  // Neither has changed, so comings and goings of cards that are seen on one side only are set off against each other.
  function changes(before, after) {
    let number = 0;
    const places = new Map();
    const at = (place) => places.get(place) ?? places.set(place, { come: 0, appeared: 0, left: 0, vanished: 0 }).get(place);
    for (const [run, now] of after) {
      const then = before.get(run);
      if (then && then.says !== now.says) number += 1;
      if (then?.place === now.place) continue;
      at(now.place).come += 1;
      if (!then) at(now.place).appeared += 1;
      else at(then.place).left += 1;
    }
    for (const [run, then] of before) {
      if (after.has(run)) continue;
      at(then.place).left += 1;
      at(then.place).vanished += 1;
    }
    for (const one of places.values()) number += Math.max(0, one.appeared - one.left) + Math.max(0, one.vanished - one.come);
    return number;
  }

  function anchor() {
    const focused = document.activeElement?.closest?.("[data-run]");
    const onScreen = (one) => one.getBoundingClientRect().bottom > 0 && one.getClientRects().length;
    const found = focused && onScreen(focused) ? focused : [...board.querySelectorAll("[data-run]")].find(onScreen);
    return found ? { id: found.id, top: found.getBoundingClientRect().top } : null;
  }

  const keep = {
    // What is marked stays marked; how many a whole column holds is news.
    beforeNodeMorphed: (old, now) => {
      if (!(old instanceof HTMLInputElement)) return true;
      if (old.name === "spalte" && now.dataset.total) old.dataset.total = now.dataset.total;
      return !["run", "spalte"].includes(old.name);
    },
    beforeAttributeUpdated: (name, node) => !(name === "open" && node instanceof HTMLDetailsElement) && name !== "draggable",
  };

  function show(text) {
    const fresh = new DOMParser().parseFromString(text, "text/html");
    const before = seen();
    const place = anchor();
    const left = new Map([...board.querySelectorAll(".table-scroll")].map((one, index) => [index, one.scrollLeft]));
    for (const id of ["lage", "vorgaenge"]) {
      const old = document.getElementById(id);
      const now = fresh.getElementById(id);
      if (old && now) Idiomorph.morph(old, now, { morphStyle: "outerHTML", restoreFocus: true, callbacks: keep });
    }
    const again = place && document.getElementById(place.id);
    if (again) scrollBy(0, again.getBoundingClientRect().top - place.top);
    board.querySelectorAll(".table-scroll").forEach((one, index) => (one.scrollLeft = left.get(index) ?? 0));
    const number = changes(before, seen());
    if (number) said.textContent = number === 1 ? said.dataset.one : said.dataset.many.replace("0", number);
    board.dispatchEvent(new CustomEvent("board:refreshed", { bubbles: true }));
  }

  // Nothing moves under the hand of somebody who reads a card, chooses from a menu or drags.
  const busy = () => card.open || document.querySelector("details.menu[open]") || document.querySelector("[data-dragging], .card--dragged");

  async function ask() {
    if (asking || busy()) return;
    asking = true;
    try {
      const answer = await fetch(board.dataset.refresh + location.search, { headers: { ...HEADERS, "If-None-Match": `"${stamp}"` }, cache: "no-store", credentials: "same-origin" });
      if (answer.redirected) location.reload();
      else if (answer.ok) {
        const text = await answer.text();
        if (busy()) return;
        stamp = (answer.headers.get("ETag") || "").replaceAll(/W\/|"/g, "");
        show(text);
      } else if (answer.status !== 304) throw new Error(answer.statusText);
      if (said.textContent === said.dataset.failed) said.textContent = "";
    } catch {
      said.textContent = said.dataset.failed;
    } finally {
      asking = false;
    }
  }

  wanted.checked = kept();
  label.hidden = false;
  wanted.addEventListener("change", () => {
    try {
      localStorage.setItem(KEPT, wanted.checked ? "on" : "off");
    } catch {
      // Forbidden: the choice holds for this page.
    }
    if (wanted.checked) ask();
  });
  document.querySelector("[data-refresh-now]").addEventListener("click", (event) => {
    event.preventDefault();
    ask();
  });
  setInterval(() => {
    if (wanted.checked && !document.hidden) ask();
  }, ASK_EVERY);
  document.addEventListener("visibilitychange", () => {
    if (wanted.checked && !document.hidden) ask();
  });
})();
