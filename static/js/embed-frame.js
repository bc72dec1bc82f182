// In the frame: tells the page around how high this part is. Nothing else leaves, and nothing is listened to.
(function () {
  "use strict";
  const root = document.documentElement;
  // A static copy of the site has one page for all colours: they are read from the address here as well.
  const scheme = { hell: "light", dunkel: "dark" }[new URLSearchParams(location.search).get("farben")];
  if (scheme) root.dataset.scheme = scheme;
  if (window.parent === window) return;
  // What lies behind the frame shows through.
  root.dataset.framed = "";
  let last = 0;
  function tell() {
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    if (height === last) return;
    last = height;
    window.parent.postMessage({ type: "sachstand:height", height: height, id: window.name }, "*");
  }
  new ResizeObserver(tell).observe(document.body);
  window.addEventListener("load", tell);
  tell();
})();
