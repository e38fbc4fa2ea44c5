/* The claim's lease: renewed each minute while the page is visible, counted down in words, and said aloud at 60 s and 15 s.

   Use: <form data-case data-renew-url="…" data-lost-codes="claim-lost …"> with a hidden claim_token, and
        <div data-lease data-countdown …> (countdown.js). data-lost-codes: problems that mean the claim is gone.
   When the server says that the claim is gone (409), its notice goes into #problem; what was typed stays, to be read and copied. */

import { restart, say } from "../countdown.js";
import { signedOut } from "../session.js";
import { tr } from "../words.js";

const RENEW_MS = 60_000;

function headers() {
  return {
    "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content,
    "HX-Request": "true", // so that a refusal comes as the notice, not as a page
    "HX-Current-URL": location.href,
  };
}

async function renew(form, lease) {
  let answer;
  try {
    const body = new URLSearchParams({ claim_token: form.elements.claim_token.value });
    answer = await fetch(form.dataset.renewUrl, { method: "POST", headers: headers(), body });
  } catch {
    say(tr("The server does not answer. Your claim runs on; we try again."));
    return;
  }
  if (answer.ok) restart(lease, Number((await answer.json()).seconds_left));
  else if (answer.status === 401) signedOut(await answer.text());
  else if (answer.status === 409 || answer.status === 404) lost(form, await answer.text());
}

/** The claim is gone: the notice takes the bar's place, fields go read-only, not empty. */
export function lost(form, notice) {
  form.dataset.lost = "yes";
  document.getElementById("problem").innerHTML = notice;
  freeze(form);
}

function freeze(form) {
  for (const field of form.elements) {
    if (field.matches("textarea, input[type=text]")) field.readOnly = true;
    else if (field.matches("input[type=radio], select, button")) field.disabled = true;
  }
  for (const bar of document.querySelectorAll("[data-needs-claim]")) bar.hidden = true;
  document.querySelector("[data-lease]").hidden = true;
}

/** Begin renewing; stop when the claim is lost. */
export function startLease(form, signal) {
  const lease = document.querySelector("[data-lease]");
  if (!lease) return;
  const renewing = setInterval(() => { if (!document.hidden && !form.dataset.lost) renew(form, lease); }, RENEW_MS);
  signal.addEventListener("abort", () => clearInterval(renewing));
  document.addEventListener("visibilitychange", () => { if (!document.hidden && !form.dataset.lost) renew(form, lease); }, { signal });
  lease.addEventListener("countdown:end", () => { if (!form.dataset.lost) renew(form, lease); });
  form.addEventListener("case:lost", () => {
    form.dataset.lost = "yes";
    freeze(form);
  }, { signal });
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy-typed]");
  if (!button) return;
  const typed = [...document.querySelectorAll("[data-typed]")];
  const text = typed.map((field) => (field.value ?? field.textContent).trim()).filter(Boolean).join("\n\n");
  try {
    await navigator.clipboard.writeText(text);
    button.querySelector("span").textContent = button.dataset.done;
  } catch {
    getSelection().selectAllChildren(typed[0]); // no clipboard here: select it, so that Ctrl+C does it
    typed[0].select?.();
  }
});
