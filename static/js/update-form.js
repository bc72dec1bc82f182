/* Writing a status update or a contribution: saves what is typed every few seconds, and keeps a copy in this browser until the server
   has it. Adds and removes measures without loading the page. All of it works without this script, only slower. */
(() => {
  "use strict";

  const PAUSE = 3000;
  const LONGEST = 10000; /* Whoever types without a pause is saved after so long. */
  const RETRY = 10000;

  const store = {
    read(key) {
      try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
    },
    write(key, value) {
      try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* a full or forbidden store: the server saves */ }
    },
    forget(key) {
      try { localStorage.removeItem(key); } catch { /* nothing was kept then */ }
    },
  };

  /* A text that can no longer be written: what this person handed in is forgotten, anything newer is shown. */
  for (const place of document.querySelectorAll("[data-draft-done]")) {
    const key = place.dataset.draftDone;
    const copy = store.read(key);
    const texts = (copy?.typed ?? []).filter(([name, value]) => !/^(implementation_status|outlook|measures-rows)$|-status$/.test(name) && value.trim());
    const doneAt = Number(place.dataset.doneAt);
    if (!texts.length || copy.at <= doneAt || (copy.sent && doneAt)) store.forget(key);
    else showKept(place, key, texts);
  }

  function showKept(place, key, texts) {
    const title = document.createElement("p");
    const strong = document.createElement("strong");
    strong.textContent = place.dataset.textFound;
    title.append(strong);
    const discard = button(place.dataset.textDiscard, () => { store.forget(key); place.hidden = true; });
    place.append(title, ...texts.map(([, value]) => {
      const part = document.createElement("p");
      part.className = "small prewrap";
      part.textContent = value;
      return part;
    }), discard);
    place.hidden = false;
  }

  function button(label, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "kern-btn kern-btn--tertiary";
    const word = document.createElement("span");
    word.className = "kern-label";
    word.textContent = label;
    made.append(word);
    made.addEventListener("click", act);
    return made;
  }

  const form = document.getElementById("sachstand");
  if (!form) return;
  const text = form.dataset;
  const line = document.getElementById("gespeichert");
  const list = document.getElementById("massnahmen");
  const blank = document.getElementById("massnahme-vorlage");

  document.getElementById("fehler")?.focus();

  /* --- The saved line: replaced, never stacked ------------------------------------------------------------------ */

  function say(icon, strong, rest, ...more) {
    const sign = document.createElement("span");
    sign.className = `kern-icon kern-icon--${icon}`;
    sign.setAttribute("aria-hidden", "true");
    const words = document.createElement("span");
    const first = document.createElement("strong");
    first.textContent = strong;
    words.append(first, rest ? ` ${rest}` : "", ...more);
    line.replaceChildren(sign, words);
  }

  /* --- Saving --------------------------------------------------------------------------------------------------- */

  let changes = 0;
  let kept = 0;
  let submitting = false;
  let timer = 0;
  let unsavedSince = 0;
  let saving = null;
  let stopped = false;

  function typed() {
    const skip = ["csrfmiddlewaretoken", "version", "based_on", "seen"];
    return [...new FormData(form)].filter(([name]) => !skip.includes(name));
  }

  function changed() {
    changes += 1;
    store.write(text.draftKey, { at: Date.now(), typed: typed() });
    if (stopped) return;
    clearTimeout(timer);
    unsavedSince ||= Date.now();
    timer = setTimeout(save, Math.max(0, Math.min(PAUSE, unsavedSince + LONGEST - Date.now())));
  }

  function save() {
    if (stopped) return Promise.resolve();
    saving ??= send().finally(() => { saving = null; });
    return saving;
  }

  async function send() {
    const before = changes;
    unsavedSince = 0;
    let answer;
    try {
      answer = await fetch(text.draftUrl, {
        method: "POST",
        body: new FormData(form),
        headers: { Accept: "application/json" },
        redirect: "manual",
      });
    } catch {
      return again();
    }
    if (answer.type === "opaqueredirect" || answer.status === 403) return signedOut();
    if (answer.status === 409) return refused(await answer.json());
    if (!answer.ok) return again();
    const saved = await answer.json();
    form.elements.version.value = saved.version;
    say("success", saved.message, text.textStop);
    kept = before;
    if (before === changes) store.forget(text.draftKey);
    else timer = setTimeout(save, PAUSE);
  }

  function again() {
    say("warning", text.textFailed);
    clearTimeout(timer);
    timer = setTimeout(save, RETRY);
  }

  function signedOut() {
    stopped = true;
    const link = document.createElement("a");
    link.href = text.signInUrl;
    link.textContent = text.textSignIn;
    say("warning", text.textSignedOut, "", " ", link);
  }

  function refused(answer) {
    stopped = true;
    const compare = () => {
      form.action = text.draftUrl;
      form.submit();
    };
    say("warning", answer.message, "", ...(answer.conflict ? [button(text.textCompare, compare)] : []));
  }

  form.addEventListener("input", changed);
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (!saving) {
      submitting = true;
      const copy = store.read(text.draftKey);
      // The clocks of browser and server may differ: what was sent last is known by this mark.
      if (copy) store.write(text.draftKey, { ...copy, sent: true });
      return;
    }
    // The save under way raises the version; the form must go out with the new one.
    event.preventDefault();
    const pressed = event.submitter;
    saving.finally(() => setTimeout(() => form.requestSubmit(pressed)));
  });

  /* Whoever leaves by a link within the pause takes nothing away: one last save outlives the page. */
  addEventListener("pagehide", () => {
    if (changes === kept || stopped || submitting) return;
    fetch(text.draftUrl, {
      method: "POST",
      body: new FormData(form),
      headers: { Accept: "application/json" },
      keepalive: true,
    }).catch(() => {});
  });

  /* --- Measures ------------------------------------------------------------------------------------------------- */

  function renumber() {
    [...list.children].forEach((row, index) => {
      row.querySelectorAll("[id], [for], [name], [aria-describedby]").forEach((part) => {
        for (const name of ["id", "for", "name", "aria-describedby"]) {
          const value = part.getAttribute(name);
          if (value) part.setAttribute(name, value.replaceAll(/measures-(\d+|__number__)-/g, `measures-${index}-`));
        }
      });
      row.querySelector("[data-number]").textContent = index + 1;
      const remove = row.querySelector("[name=remove]");
      remove.value = index;
      remove.setAttribute("aria-label", `${remove.textContent.trim()} ${index + 1}`);
    });
    form.elements["measures-rows"].value = list.children.length;
  }

  function addMeasure() {
    list.append(blank.content.cloneNode(true));
    renumber();
    return list.lastElementChild;
  }

  form.addEventListener("click", (event) => {
    const pressed = event.target.closest("button");
    if (!pressed) return;
    if (pressed.name === "add") {
      event.preventDefault();
      addMeasure().querySelector("input").focus();
    } else if (pressed.name === "remove") {
      event.preventDefault();
      pressed.closest("[data-measure]").remove();
      renumber();
      document.getElementById("measures").focus();
    } else if (pressed.name === "take") {
      event.preventDefault();
      takeOver(pressed.dataset);
    } else {
      return;
    }
    changed();
  });

  function takeOver(taken) {
    if (taken.rows) {
      takeMeasures(JSON.parse(taken.rows));
      return;
    }
    const field = form.elements[taken.field];
    const part = taken.text.replaceAll("\r\n", "\n").trim();
    if (!field.value.includes(part)) {
      const parts = "beginning" in taken ? [part, field.value.trim()] : [field.value.trim(), part];
      field.value = parts.filter(Boolean).join("\n\n");
    }
    field.focus();
  }

  function takeMeasures(rows) {
    const control = (row, name) => row.querySelector(`[name$="-${name}"]`);
    const there = [...list.children].map((row) => control(row, "title").value);
    for (const measure of rows.filter(({ title }) => !there.includes(title))) {
      const row = addMeasure();
      for (const [name, value] of Object.entries(measure)) control(row, name).value = value;
    }
    document.getElementById("measures").focus();
  }

  /* --- A copy that the server never got -------------------------------------------------------------------------- */

  function restore(entries) {
    const rows = Number(entries.find(([name]) => name === "measures-rows")?.[1] ?? 0);
    while (list.children.length > rows) list.lastElementChild.remove();
    while (list.children.length < rows) addMeasure();
    renumber();
    for (const [name, value] of entries) {
      const control = form.elements[name];
      if (control && name !== "measures-rows") control.value = value;
    }
    changed();
  }

  const copy = store.read(text.draftKey);
  if (copy && JSON.stringify(copy.typed) !== JSON.stringify(typed())) {
    const time = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "short", timeStyle: "short" });
    const offer = () => line.replaceChildren();
    say(
      "warning",
      `${text.textFound} ${time.format(copy.at)}.`,
      "",
      button(text.textRestore, () => { offer(); restore(copy.typed); }),
      button(text.textDiscard, () => { offer(); store.forget(text.draftKey); }),
    );
    line.scrollIntoView?.({ block: "nearest" });
  } else {
    store.forget(text.draftKey);
  }
})();
