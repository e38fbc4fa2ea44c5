/* The case page. Wires its parts together; each part is a module of its own in case/.

   The page: <form id="decision" data-case> holds policy, length and reason; the decision bar below it holds the outcome,
   the summary and the button; <div id="problem"> takes what the server refuses. */

import "./case/evidence.js";
import { keepDraft } from "./case/draft.js";
import { startLease } from "./case/lease.js";
import { complete, refresh, watchForm } from "./case/form.js";

const form = document.querySelector("form[data-case]");

if (form) {
  watchForm(form);
  keepDraft(form);
  startLease(form);
  refresh(form);

  // Nothing incomplete leaves the page: the missing field says so and gets the focus.
  document.addEventListener("htmx:confirm", (event) => {
    if (event.target === form && !complete(form)) event.preventDefault();
  });
  form.addEventListener("submit", (event) => { if (!complete(form)) event.preventDefault(); });

  // Ctrl+Enter decides from anywhere, also while typing.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !document.querySelector("dialog[open]")) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
}
