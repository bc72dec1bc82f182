// Copies a field at a click; without the clipboard the field can still be marked and copied by hand.
(function () {
  "use strict";
  for (const button of document.querySelectorAll("[data-copy]")) {
    const field = document.getElementById(button.dataset.copy);
    const said = document.querySelector("[data-copied]");
    field.addEventListener("focus", function () { field.select(); });
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(field.value).then(
        function () {
          said.textContent = button.dataset.done;
          button.querySelector(".kern-label").textContent = button.dataset.done;
        },
        function () { field.focus(); },
      );
    });
  }
})();
