// The search of the static copy. The page holds the full list; this script finds and orders what is asked for in it.
// The index comes as a script of its own, so that it also loads where the pages are opened as files.
(function () {
  "use strict";
  const form = document.querySelector("[data-static-search]");
  if (!form) return;
  const results = document.querySelector("[data-results]");
  const target = results.querySelector("ul");
  const found = document.querySelector("[data-found]");
  const listings = Array.from(document.querySelectorAll("[data-listing]"));
  const lists = listings.map(function (one) { return one.querySelector("ul"); });
  const lines = lists.flatMap(function (list) {
    return Array.from(list.children, function (element) { return { element: element, list: list, text: fold(element.textContent), words: words(element.textContent) }; });
  });
  const names = ["q", "fassung", "feld", "status", "amt", "jahr", "einfach"];
  let known = null;
  let asked = null;
  let turn = 0;

  function fold(text) {
    return text.toLowerCase().replace(/ß/g, "ss").normalize("NFKD").replace(/\p{M}/gu, "");
  }

  function words(text) {
    return fold(text).match(/[\p{L}\p{N}]+/gu) || [];
  }

  // Endings of German words; what is left is looked for inside of words, so that parts of compounds are found as well.
  function stem(word) {
    if (word.length < 5 || /\d/.test(word)) return word;
    const once = word.replace(/(innen|ungen|ern|est|em|er|en|es|e|n|s)$/, "");
    const left = once.length >= 4 ? once : word.replace(/(en|e|n|s)$/, "");
    return left.length >= 3 ? left : word;
  }

  // "Buergeramt" and "Bürgeramt" are the same word.
  function forms(word) {
    const plain = stem(word);
    const umlaut = stem(word.replace(/([aou])e/g, "$1"));
    return plain === umlaut ? [plain] : [plain, umlaut];
  }

  function load() {
    asked = asked || new Promise(function (resolve) {
      window.sachstandIndex = function (index) { known = index; resolve(); };
      const script = document.createElement("script");
      script.src = form.dataset.staticSearch;
      script.addEventListener("error", resolve);
      document.head.append(script);
    });
    return asked;
  }

  function valueOf(field) {
    if (!field || (field.type === "checkbox" && !field.checked)) return "";
    return field.value.trim();
  }

  function values() {
    const given = {};
    for (const name of names) given[name] = valueOf(form.elements[name]);
    return given;
  }

  // "2.07" is a number of the concept, not two words.
  function parts(text) {
    return text.split(/\s+/).flatMap(function (part) { return isNumber(part) ? [fold(part)] : words(part); });
  }

  function isNumber(part) {
    return /^\p{L}*\d+([.\/-]\d+)+\p{L}*$/u.test(part);
  }

  // How well each line fits a word: in its title most, then a whole word, then a part of one.
  function scores(word) {
    const points = new Map();
    const alternatives = forms(word);
    function add(place, more) { points.set(place, Math.max(points.get(place) || 0, more)); }
    lines.forEach(function (line, place) {
      const short = word.length < 3 && !isNumber(word);
      const fits = short ? line.words.includes(word) : alternatives.some(function (one) { return line.text.includes(one); });
      if (fits) add(place, 8);
    });
    if (known && !isNumber(word)) {
      for (const [other, places] of Object.entries(known.words)) {
        const fits = word.length < 3 ? other === word : alternatives.some(function (one) { return other.includes(one); });
        if (!fits) continue;
        const more = other === word ? 4 : alternatives.some(function (one) { return other.startsWith(one); }) ? 2 : 1;
        for (const place of places) add(place, more);
      }
    }
    return points;
  }

  // "Sprachkurs" is "Sprach-Kurs": the ways to read a word as a compound of two that are known.
  const endings = ["", "e", "n", "en", "s", "es", "er", "ern"];
  function isKnown(part) {
    return part.length >= 4 && endings.some(function (ending) { return Object.hasOwn(known.words, part + ending); });
  }
  function halves(word) {
    const found = [];
    if (!known || /[^\p{L}]/u.test(word)) return found;
    for (let place = 4; place <= word.length - 4; place += 1) {
      const right = word.slice(place);
      if (!isKnown(right) && !isKnown(stem(right))) continue;
      const left = [word.slice(0, place), word.slice(0, place).replace(/(es|s|en|n)$/, "")].find(isKnown);
      if (left) found.push([left, right]);
    }
    return found;
  }

  // Where the parts of a compound stand apart, that counts less than any answer to the word itself.
  function answers(word) {
    const points = scores(word);
    for (const [left, right] of halves(word)) {
      const others = scores(right);
      for (const [place, more] of scores(left)) {
        if (others.has(place) && !points.has(place)) points.set(place, Math.min(more, others.get(place)) / 1000);
      }
    }
    return points;
  }

  function passes(place, given) {
    if (!known) return true;
    const [edition, field, status, offices, years, plain] = known.items[place];
    return (!given.fassung || given.fassung === edition)
      && (!given.feld || given.feld === edition + ":" + field)
      && (!given.status || given.status === status)
      && (!given.amt || offices.includes(Number(given.amt)))
      && (!given.jahr || years.includes(Number(given.jahr)))
      && (!given.einfach || plain);
  }

  function search(given) {
    let hits = lines.map(function (_line, place) { return { place: place, score: 0 }; });
    for (const word of parts(given.q)) {
      const points = answers(word);
      hits = hits.filter(function (hit) { return points.has(hit.place); });
      for (const hit of hits) hit.score += points.get(hit.place);
    }
    hits = hits.filter(function (hit) { return passes(hit.place, given); });
    return hits.sort(function (one, other) { return other.score - one.score || one.place - other.place; });
  }

  function show(hits) {
    for (const line of lines) line.list.append(line.element);
    const active = hits !== null;
    if (active) for (const hit of hits) target.append(lines[hit.place].element);
    results.hidden = !active || hits.length === 0;
    for (const one of listings) one.hidden = active;
    if (!active) { found.textContent = found.dataset.all; return; }
    const said = found.dataset;
    const number = hits.length === 0 ? said.none : hits.length === 1 ? said.one : said.many.replace("{number}", hits.length);
    found.textContent = known ? number : number + " " + said.partly;
  }

  function remember(given) {
    const query = new URLSearchParams(Object.entries(given).filter(function (pair) { return pair[1]; })).toString();
    // Pages opened as files may not change their address everywhere.
    try { history.replaceState(null, "", query ? "?" + query : location.pathname); } catch (_error) { /* stays */ }
  }

  async function run() {
    const mine = turn += 1;
    const given = values();
    const active = Object.values(given).some(Boolean);
    if (active) await load();
    if (mine !== turn) return;
    show(active ? search(given) : null);
    remember(given);
  }

  const address = new URLSearchParams(location.search);
  for (const name of names) {
    const field = form.elements[name];
    let value = (address.get(name) || "").slice(0, 100);
    if (!field || !value) continue;
    if (name === "feld" && !value.includes(":")) {
      const edition = address.get("fassung") || (form.elements.feld.options[1] || { value: "" }).value.split(":")[0];
      value = edition + ":" + value;
    }
    if (field.type === "checkbox") { field.checked = value === field.value; continue; }
    field.value = value;
    if (field.tagName === "SELECT" && field.selectedIndex < 0) field.selectedIndex = 0;
  }
  form.hidden = false;
  form.addEventListener("submit", function (event) { event.preventDefault(); run(); });
  form.addEventListener("change", run);
  let waiting = 0;
  form.addEventListener("input", function () { clearTimeout(waiting); waiting = setTimeout(run, 250); });
  if (Object.values(values()).some(Boolean)) run();
})();
