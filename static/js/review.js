// Comments on one entry: marked words become comments beside the text, all typed text is kept in this tab by entry and
// version, and counted on the button. The page works without it.
(() => {
  const form = document.getElementById("entscheidung");
  if (!form) return;
  const words = form.dataset;
  const key = words.keep;
  const label = document.querySelector("[data-count]");
  const drafts = document.getElementById("entwuerfe");
  const passages = [...document.querySelectorAll("[data-passage]")];
  const LEFT_OUT = "del, .kern-sr-only, .pin";
  let made = 0;

  // --- Rows: each comment has a text, the words it is about, and where they were marked --------------------------------

  const boxes = () => [...form.elements].filter((one) => one.name && one.name.startsWith("comment_"));

  function read(box) {
    const row = box.closest("[data-comment]");
    const part = row.dataset.comment;
    return {
      part,
      text: box.value,
      quote: row.querySelector(`[name="quote_${part}"]`).value,
      start: row.querySelector(`[name="start_${part}"]`).value,
      own: !box.closest("[data-draft]"),
    };
  }

  const rows = () => boxes().map(read).filter((row) => row.text.trim() || row.quote.trim());

  function count() {
    const number = rows().length;
    if (label) label.textContent = number === 0 ? label.dataset.none : number === 1 ? label.dataset.one : label.dataset.many.replace("0", number);
  }

  function keep() {
    try {
      sessionStorage.setItem(key, JSON.stringify(rows()));
    } catch {
      // Full or forbidden: the text stays on the page.
    }
    count();
  }

  function kept() {
    try {
      const found = JSON.parse(sessionStorage.getItem(key) || "[]");
      return Array.isArray(found) ? found : [];
    } catch {
      return [];
    }
  }

  function element(name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
    made.append(...children);
    return made;
  }

  function hidden(name, value) {
    return element("input", { type: "hidden", name, value, form: "entscheidung" });
  }

  function titleOf(part) {
    const heading = document.getElementById(`stelle-${part}`);
    const summary = document.querySelector(`#kommentieren-${part} > summary .kern-sr-only`);
    return heading ? heading.textContent : summary ? summary.textContent.replace(/^:\s*/, "") : words.textComment;
  }

  // Adds a comment beside the text; with a range, its words are marked.
  function add({ part, quote = "", start = "", text = "" }, range) {
    made += 1;
    const id = `entwurf-${made}`;
    const box = element("textarea", { class: "kern-form-input__input", name: `comment_${part}`, id, rows: "3", form: "entscheidung" });
    box.value = text;
    const title = element("strong", {}, quote ? `„${quote.length > 160 ? `${quote.slice(0, 160)} …` : quote}“` : titleOf(part));
    const away = element("button", { class: "linklike", type: "button" }, words.textDiscard);
    const row = element("div", { class: "stack--tight", "data-comment": part },
      hidden(`quote_${part}`, quote), hidden(`start_${part}`, start),
      element("div", { class: "kern-form-input" }, element("label", { class: "kern-label", for: id }, words.textComment), box));
    const place = range || (quote ? locate(part, quote, start) : null);
    const pin = place ? setPin(place, id) : null;
    const head = element("p", {}, title);
    if (pin) head.prepend(element("a", { class: "pin", href: `#${pin.id}`, "aria-label": words.textTo }, "✎"), " ");
    const item = element("li", { class: "comment comment--draft stack--tight", "data-draft": "", id: `${id}-zeile` },
      head, row, element("p", { class: "meta" }, words.textDraft), element("p", {}, away));
    away.addEventListener("click", () => {
      item.remove();
      if (pin) pin.remove();
      draw();
      drafts.hidden = !drafts.children.length;
      keep();
      document.getElementById("kommentare").focus();
    });
    drafts.append(item);
    drafts.hidden = false;
    return box;
  }

  // --- Marked words ---------------------------------------------------------------------------------------------------

  const marks = new Map();

  // The text of a passage as it is now: without what was struck out and what only screen readers hear.
  function texts(passage) {
    const walker = document.createTreeWalker(passage, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) if (!walker.currentNode.parentElement.closest(LEFT_OUT)) found.push(walker.currentNode);
    return found;
  }

  const solid = (text) => text.replace(/\s/g, "");

  function chosen() {
    const selection = document.getSelection();
    if (!selection || selection.rangeCount === 0 || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    const passage = passages.find((one) => range.intersectsNode(one));
    if (!passage) return null;
    let before = 0;
    let quote = "";
    let first = null;
    let last = null;
    for (const node of texts(passage)) {
      if (!range.intersectsNode(node)) {
        if (!first) before += solid(node.data).length;
        continue;
      }
      const from = node === range.startContainer ? range.startOffset : 0;
      const to = node === range.endContainer ? range.endOffset : node.data.length;
      const part = node.data.slice(from, to);
      if (!first && solid(part)) {
        before += solid(node.data.slice(0, from)).length;
        first = [node, from];
      } else if (!first) before += solid(node.data.slice(0, to)).length;
      if (first && solid(part)) last = [node, to];
      quote += part;
    }
    quote = quote.replace(/\s+/g, " ").trim();
    if (!first || !quote || quote.length > 2000) return null;
    const exact = document.createRange();
    exact.setStart(...first);
    exact.setEnd(...last);
    return { part: passage.dataset.passage, quote, start: String(before), range: exact };
  }

  function locate(part, quote, start) {
    const passage = passages.find((one) => one.dataset.passage === part);
    if (!passage) return null;
    const places = [];
    for (const node of texts(passage)) for (let at = 0; at < node.data.length; at += 1) if (!/\s/.test(node.data[at])) places.push([node, at]);
    const whole = places.map(([node, at]) => node.data[at]).join("");
    const wanted = solid(quote);
    let best = -1;
    for (let at = whole.indexOf(wanted); at >= 0; at = whole.indexOf(wanted, at + 1)) {
      if (best < 0 || Math.abs(at - Number(start)) < Math.abs(best - Number(start))) best = at;
    }
    if (best < 0 || !wanted) return null;
    const [lastNode, lastAt] = places[best + wanted.length - 1];
    const range = document.createRange();
    range.setStart(...places[best]);
    range.setEnd(lastNode, lastAt + 1);
    return range;
  }

  function setPin(range, id) {
    const pin = element("a", { class: "pin pin--draft", href: `#${id}-zeile`, id: `${id}-marke`, "aria-label": words.textPin }, "✎");
    const end = range.cloneRange();
    end.collapse(false);
    end.insertNode(pin);
    range.setEndBefore(pin);
    marks.set(pin, range);
    draw();
    return pin;
  }

  // Drawn without touching the text, so that a mark may cross any difference.
  function draw() {
    for (const pin of [...marks.keys()]) if (!pin.isConnected) marks.delete(pin);
    if (globalThis.CSS && CSS.highlights) CSS.highlights.set("kommentar", new Highlight(...marks.values()));
  }

  const bubble = element("button", { class: "kern-btn kern-btn--primary quote-button", type: "button", hidden: "" }, element("span", { class: "kern-label" }, words.textQuote));
  document.body.append(bubble);

  function offer() {
    const found = drafts ? chosen() : null;
    bubble.hidden = !found;
    if (!found) return;
    const box = found.range.getBoundingClientRect();
    const left = Math.min(Math.max(8, box.left), document.documentElement.clientWidth - bubble.offsetWidth - 8);
    bubble.style.setProperty("left", `${left + scrollX}px`);
    bubble.style.setProperty("top", `${box.bottom + scrollY + 8}px`);
  }

  // Returns whether there were marked words to comment on.
  function quote() {
    const found = chosen();
    if (!found) return false;
    document.getSelection().removeAllRanges();
    bubble.hidden = true;
    const box = add(found, found.range);
    keep();
    box.focus();
    return true;
  }

  bubble.addEventListener("mousedown", (event) => event.preventDefault());
  bubble.addEventListener("click", quote);
  document.addEventListener("selectionchange", offer);

  // --- Keeping --------------------------------------------------------------------------------------------------------

  if (!("bound" in words)) {
    for (const row of kept()) {
      const own = row.own && document.getElementById(`id_comment_${row.part}`);
      if (!own) {
        if (drafts && typeof row.part === "string" && typeof row.text === "string") add(row);
        continue;
      }
      own.value = row.text;
      const inRow = own.closest("[data-comment]");
      inRow.querySelector(`[name="quote_${row.part}"]`).value = row.quote;
      inRow.querySelector(`[name="start_${row.part}"]`).value = row.start;
      const details = own.closest("details");
      if (details) details.open = true;
    }
  }

  for (const button of document.querySelectorAll('button[name="another"]:not([value=""])')) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      add({ part: button.value }).focus();
    });
  }

  // Also at once: a refused decision brings the text back, and the next link must not lose it.
  keep();
  document.addEventListener("input", (event) => {
    if (event.target.form === form) keep();
  });

  // The key C: a comment on the marked words, else on the passage in view of the keyboard, else on the whole text.
  document.addEventListener("review:comment", () => {
    if (quote()) return;
    const section = document.activeElement && document.activeElement.closest("section");
    const details = section && section.querySelector("details.comment-box");
    if (details) details.open = true;
    const box = details ? details.querySelector("textarea") : document.getElementById("id_comment_whole");
    if (box) box.focus();
  });
})();
