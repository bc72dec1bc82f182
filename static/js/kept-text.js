/* A text that is written in one go and sent later: a copy stays in this browser until it is sent or settled. The form names
   it by data-keep, a page on which it is done with by data-keep-done, a list of what is still open by data-keep-only.
   Without this script the page works as before, and keeps nothing. */
(() => {
  "use strict";

  const store = {
    read(key) {
      try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
    },
    write(key, value) {
      try { localStorage.setItem(key, JSON.stringify(value)); return true; } catch { return false; }
    },
    forget(key) {
      try { localStorage.removeItem(key); } catch { /* nothing was kept then */ }
    },
    keys() {
      try { return Object.keys(localStorage); } catch { return []; }
    },
  };

  /* Whoever never comes back leaves nothing for long. */
  const monthAgo = Date.now() - 30 * 24 * 60 * 60 * 1000;
  for (const key of store.keys()) {
    if (/^schreiben-\d+-\d+$/.test(key) && !(store.read(key)?.at > monthAgo)) store.forget(key);
  }

  for (const place of document.querySelectorAll("[data-keep-done]")) store.forget(place.dataset.keepDone);

  /* Somebody else may have sent or settled it: copies of this person that no open one is named by. */
  for (const place of document.querySelectorAll("[data-keep-only]")) {
    const { keepOnly: begins, keepOf: ends, keepOpen: open } = place.dataset;
    for (const key of store.keys()) {
      if (key.startsWith(begins) && key.endsWith(ends) && !open.split(" ").includes(key)) store.forget(key);
    }
  }

  const form = document.querySelector("form[data-keep]");
  if (!form) return;
  const text = form.dataset;
  const line = form.querySelector("[data-keep-line]");
  const boxes = [...form.querySelectorAll("textarea")];
  const suggested = text.keepBound === undefined ? new Map(boxes.map((box) => [box.name, box.value])) : null;

  function say(words, act) {
    /* Said again at each key, it would be read aloud at each key. */
    if (line.firstElementChild?.textContent === words) return;
    const said = document.createElement("span");
    said.textContent = words;
    line.replaceChildren(said);
    if (!act) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "kern-btn kern-btn--tertiary";
    const label = document.createElement("span");
    label.className = "kern-label";
    label.textContent = text.textAgain;
    button.append(label);
    button.addEventListener("click", act);
    line.append(button);
  }

  function keep() {
    const typed = Object.fromEntries(boxes.map((box) => [box.name, box.value]));
    return store.write(text.keep, { at: Date.now(), typed });
  }

  function again() {
    for (const box of boxes) box.value = suggested.get(box.name);
    store.forget(text.keep);
    line.replaceChildren();
    boxes[0].focus();
  }

  if (suggested) {
    const typed = store.read(text.keep)?.typed ?? {};
    const changed = boxes.filter((box) => typeof typed[box.name] === "string" && typed[box.name] !== box.value);
    for (const box of changed) box.value = typed[box.name];
    if (changed.length) say(text.textFound, again);
  } else {
    /* What came back from the server is the newest. */
    keep();
  }

  form.addEventListener("input", () => {
    if (keep()) say(text.textKept, suggested && again);
  });
})();
