/* The case page. Wires its parts together; each part is a module of its own in case/.

   The page: <form id="decision" data-case> holds policy, length and reason; the decision bar below it holds the outcome,
   the summary and the button; <div id="problem"> takes what the server refuses. What listens for one case only is given
   the scene's `signal`: it falls silent when another case comes onto the page. */

import { prepare } from "./case/ahead.js";
import { startEvidence } from "./case/evidence.js";
import { keepDraft } from "./case/draft.js";
import { startLease } from "./case/lease.js";
import { decide } from "./case/next.js";
import { startPause } from "./case/pause.js";
import { complete, refresh, watchForm } from "./case/form.js";

let scene = new AbortController();

/** Bring the case that stands on the page to life. */
export function begin() {
  scene.abort();
  scene = new AbortController();
  const { signal } = scene;
  const form = document.querySelector("form[data-case]");
  startEvidence(signal);
  startPause();
  if (!form) return;
  watchForm(form, signal);
  keepDraft(form, signal);
  startLease(form, signal);
  refresh(form);
  prepare(form, signal);
  // Nothing incomplete leaves the page: the missing field says so and gets the focus.
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!form.dataset.lost && complete(form)) decide(form, begin);
  }, { signal });
}

// A note that was written is no draft any more.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id === "notes") document.dispatchEvent(new Event("draft:changed"));
});

// The platform doesn't know the account any more: the case was closed, and nothing on the page decides it.
document.addEventListener("htmx:afterSwap", () => {
  if (document.querySelector("[data-case-gone]")) document.querySelector("form[data-case]")?.dispatchEvent(new Event("case:lost"));
});

// Ctrl+Enter decides from anywhere, also while typing.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || document.querySelector("dialog[open]")) return;
  const form = document.querySelector("form[data-case]");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit();
});

begin();
