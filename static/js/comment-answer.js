// Answering a comment where it stands, in a dialog: nothing that was typed on the page is left behind. Without it the
// same form is a page of its own.
(() => {
  const HEADERS = { "X-Requested-With": "fetch" };
  let dialog = null;
  let opener = null;

  function frame() {
    if (dialog) return dialog;
    dialog = document.createElement("dialog");
    dialog.className = "panel dialog";
    document.body.append(dialog);
    dialog.addEventListener("close", () => opener?.isConnected && opener.focus());
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog || event.target.closest("[data-close]")) {
        event.preventDefault();
        dialog.close();
      }
    });
    dialog.addEventListener("submit", (event) => {
      event.preventDefault();
      send(event.target, event.submitter);
    });
    return dialog;
  }

  function fill(html) {
    frame().innerHTML = html;
    if (!dialog.open) dialog.showModal();
    (dialog.querySelector("[autofocus], textarea") || dialog).focus();
  }

  async function open(address) {
    const answer = await fetch(address, { headers: HEADERS });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    fill(await answer.text());
    dialog.setAttribute("aria-label", dialog.querySelector("label")?.textContent.trim() || "");
  }

  // Keeps the list before handing in up to date: it names what is not done with.
  function leave(pk, done) {
    const list = document.querySelector("[data-left]");
    const row = list?.querySelector(`[data-left-of="${pk}"]`);
    if (!row) return;
    row.hidden = done;
    const number = list.querySelectorAll("[data-left-of]:not([hidden])").length;
    list.querySelector("[data-left-number]").textContent = String(number);
    list.hidden = !number;
  }

  // Shows the comment as it is now, wherever it stands on the page.
  function replace(pk, html) {
    const place = document.getElementById(`kommentar-${pk}`);
    if (!place) return;
    place.innerHTML = html;
    place.classList.toggle("comment--done", Boolean(place.querySelector("[data-done]")));
    leave(pk, place.classList.contains("comment--done"));
    opener = place.querySelector("[data-answer]");
  }

  async function send(form, button) {
    const data = new FormData(form, button);
    const pk = form.action.match(/(\d+)\/antworten/)[1];
    let answer;
    try {
      answer = await fetch(form.action, { method: "POST", body: data, headers: HEADERS });
    } catch {
      HTMLFormElement.prototype.submit.call(form);
      return;
    }
    const html = await answer.text();
    if (answer.ok && !answer.redirected) {
      replace(pk, html);
      if (dialog?.open) dialog.close();
      else opener?.focus();
    } else if (answer.status === 422 || answer.status === 403) fill(html);
    else location.assign(form.action);
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-answer]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    opener = link;
    const address = link.href || link.dataset.address;
    open(address).catch(() => location.assign(address));
  });

  document.addEventListener("submit", (event) => {
    if (!event.submitter?.matches("[data-settle]") || event.target.closest("dialog")) return;
    event.preventDefault();
    send(event.target, event.submitter);
  });
})();
