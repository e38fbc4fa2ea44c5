/* The toast: one line of truth about the last act, with its way back while the undo window is open.

   Use: <div class="toast" data-toast role="status">{% dial … %}<p>…<span data-toast-open>Sent in <bdi data-left-words></bdi>.</span>
        <span data-toast-over hidden>On its way.</span></p><form data-toast-undo>…</form></div>, with countdown.js's attributes.
   When the window ends the way back goes, and the words say so; ten seconds later the toast goes, unless it has the focus. */

const LINGER_MS = 10_000;

document.addEventListener("countdown:end", (event) => {
  const toast = event.target.closest("[data-toast]");
  if (!toast) return;
  for (const part of toast.querySelectorAll("[data-toast-open], [data-toast-undo]")) part.hidden = true;
  for (const part of toast.querySelectorAll("[data-toast-over]")) part.hidden = false;
  toast.querySelector(".dial")?.remove();
  setTimeout(() => { if (!toast.contains(document.activeElement)) toast.remove(); }, LINGER_MS);
});
