/* Parts of a page that stay fresh. They stop in a hidden tab, and never move what is under the pointer or has the focus.

   Use: <section id="queues" data-live="5" hx-get="{% url … %}" hx-trigger="live" hx-swap="outerHTML">
     data-live   seconds between two looks; the view answers the same element again (286 or no data-live stops it)
   An element with `data-live-status="queues"` is told how it stands: "live", or "not live since 14:01, trying again". */

import { locale, tr } from "./words.js";

const TICK_MS = 1000;
const due = new WeakMap();
const failing = new Map();

const busy = (element) => element.contains(document.activeElement) || element.querySelector(":is(a, button, select, input):hover, dialog[open]");
const clock = () => new Date().toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit", hour12: false });

setInterval(() => {
  if (document.hidden) return;
  const now = performance.now();
  for (const element of document.querySelectorAll("[data-live]")) {
    if (!due.has(element)) due.set(element, now + Number(element.dataset.live) * 1000);
    if (now < due.get(element) || busy(element)) continue;
    due.set(element, now + Number(element.dataset.live) * 1000);
    element.dispatchEvent(new Event("live"));
  }
}, TICK_MS);

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) for (const element of document.querySelectorAll("[data-live]")) due.set(element, 0);
});

function tell(id, words, bad) {
  for (const status of document.querySelectorAll(`[data-live-status="${id}"]`)) {
    if (status.textContent.trim() !== words) status.textContent = words;
    status.classList.toggle("state-warn", bad);
  }
}

document.addEventListener("htmx:afterRequest", (event) => {
  const { id } = event.detail.elt;
  if (!id || event.detail.requestConfig?.triggeringEvent?.type !== "live") return;
  if (event.detail.successful) {
    failing.delete(id);
    tell(id, tr("Live"), false);
  } else {
    if (!failing.has(id)) failing.set(id, clock());
    tell(id, tr("Not live since {time}, trying again", { time: failing.get(id) }), true);
  }
});

// A failed look leaves the last figures on the page: the answer is not swapped in.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.isError && event.detail.requestConfig?.triggeringEvent?.type === "live") event.detail.shouldSwap = false;
});
