/* What every page has: keys, countdowns, toasts, live parts, dialogs, and Django's CSRF token for htmx.

   Use: <button data-dialog="cancel"> opens <dialog id="cancel">. Forms inside a dialog close it with method="dialog". */

import "./keys.js";
import "./countdown.js";
import "./toast.js";
import "./idle.js";
import "./live.js";
import "./preferences.js";
import "./session.js";
import { tr } from "./words.js";

document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector('meta[name="csrf-token"]');
  if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token.content;
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (!dialog) return;
  event.preventDefault(); // a link there is for those without scripts
  opener.closest("[popover]")?.hidePopover();
  opener.closest("dialog")?.close(); // one leads to another
  dialog.showModal();
});

// A form is sent once: a second press while it is under way does nothing. A download's button has data-repeats.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog" || form.hasAttribute("hx-post") || form.querySelector("[data-repeats]")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of document.querySelectorAll("[data-sent]")) delete form.dataset.sent;
});

// A whole page as the answer to a part (the server failed, the session ended) isn't swapped in; the person is told instead.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { isError, serverResponse, xhr } = event.detail;
  if (!isError || !/^\s*<!doctype/i.test(serverResponse || "")) return;
  event.detail.shouldSwap = false;
  tell(xhr.status === 403 ? tr("This was refused. Reload the page and try again.") : tr("Something failed on our side. Nothing typed is lost; try again."));
});
document.addEventListener("htmx:sendError", (event) => {
  if (event.detail.requestConfig.triggeringEvent?.type !== "live") tell(tr("The server does not answer. Nothing typed is lost; try again."));
});

function tell(sentence) {
  const notice = document.createElement("div");
  notice.className = "notice notice-bad";
  notice.setAttribute("role", "alert");
  notice.append(Object.assign(document.createElement("p"), { textContent: sentence }));
  (document.getElementById("problem") || document.getElementById("main")).prepend(notice);
}
