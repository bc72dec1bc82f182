// For other websites: turns <div data-sachstand="…"> into frames of our parts and keeps every such frame as high as its
// content. Heights are taken from messages of our own address alone.
//
//   <div data-sachstand="uebersicht"></div>
//   <div data-sachstand="feld" data-fassung="neue-akzente-2019" data-nummer="1" data-sprache="en" data-farben="hell"></div>
//   <div data-sachstand="empfehlung" data-fassung="neue-akzente-2019" data-nummer="1.1.1"></div>
(function () {
  "use strict";
  const script = document.currentScript;
  if (!script || !script.src) return;
  const base = new URL("../../", script.src);
  const words = {
    de: { uebersicht: "Sachstand: Überblick", feld: "Sachstand: Handlungsfeld ", empfehlung: "Sachstand: Empfehlung " },
    en: { uebersicht: "Progress: overview", feld: "Progress: field of action ", empfehlung: "Progress: recommendation " },
  };
  const HIGHEST = 20000;

  function path(text) {
    return text.split("/").map(encodeURIComponent).join("/");
  }

  function frame(place) {
    const asked = place.dataset;
    const language = asked.sprache === "en" ? "en" : "de";
    const what = asked.sachstand;
    if (!(what in words[language])) return null;
    const parts = [language === "en" ? "en/einbetten" : "einbetten", what];
    if (what !== "uebersicht") parts.push(path(asked.fassung || ""), path(asked.nummer || ""));
    const address = new URL(parts.join("/") + "/", base);
    if (asked.farben) address.searchParams.set("farben", asked.farben);
    const made = document.createElement("iframe");
    made.src = address.href;
    made.title = asked.titel || words[language][what] + (what === "uebersicht" ? "" : asked.nummer || "");
    made.lang = language;
    made.loading = "lazy";
    made.style.cssText = "display:block;width:100%;height:24rem;border:0";
    return made;
  }

  function start() {
    for (const place of document.querySelectorAll("div[data-sachstand]")) {
      if (place.querySelector("iframe")) continue;
      const made = frame(place);
      if (made) place.replaceChildren(made);
    }
  }

  window.addEventListener("message", function (event) {
    const said = event.data;
    if (event.origin !== base.origin || !said || said.type !== "sachstand:height") return;
    const height = Number(said.height);
    if (!(height > 0 && height < HIGHEST)) return;
    for (const one of document.querySelectorAll("iframe")) {
      if (one.contentWindow === event.source) one.style.height = height + "px";
    }
  });
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
