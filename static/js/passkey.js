// Shows the passkey buttons only where the browser knows passkeys, and says in words when one did not work.
// The exchange itself is done by the scripts of django-allauth.
(function () {
  "use strict";
  document.addEventListener("DOMContentLoaded", function () {
    if (window.PublicKeyCredential) {
      for (const part of document.querySelectorAll("[data-passkey]")) part.hidden = false;
      for (const part of document.querySelectorAll("[data-no-passkey]")) part.hidden = true;
    }
  });
  document.addEventListener("allauth.error", function (event) {
    event.preventDefault();
    for (const part of document.querySelectorAll("[data-passkey-error]")) part.hidden = false;
  });
})();
