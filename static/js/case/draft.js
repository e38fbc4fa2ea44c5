/* The draft: what is chosen and typed is kept on the server while it is typed, for this person and case, so that a reload, a
   lost claim, a lost connection or another browser costs nothing.

   Use: <form data-case data-draft="<person>:<case id>" data-draft-url="…">, {{ draft|json_script:"draft" }} with what is kept,
        <span data-draft-status data-kept="Draft kept {}" data-unkept="…">; fields by name, also those outside the form with
        data-draft-field. Until the server has it, it stands in sessionStorage too: that copy wins after a reload. */

import { seenPosts } from "./evidence.js";
import { signedOut } from "../session.js";
import { locale } from "../words.js";

const NAMES = ["policy", "outcome", "length", "length_reason", "reason", "note"];
const WAIT_MS = 700;
const AGAIN_MS = 5000;

const inTab = {
  read: (key) => { try { return JSON.parse(sessionStorage.getItem(key)); } catch { return null; } },
  write: (key, draft) => { try { sessionStorage.setItem(key, JSON.stringify(draft)); } catch { /* no storage: the server keeps it */ } },
  drop: (key) => { try { sessionStorage.removeItem(key); } catch { /* no storage */ } },
};

const fields = (form, name) => [...form.elements, ...document.querySelectorAll("[data-draft-field]")].filter((field) => field.name === name);
// Each policy has a ladder of its own: a length belongs to the policy it was chosen under.
const elsewhere = (field, draft) => ![undefined, draft.policy].includes(field.closest("[data-for-policy]")?.dataset.forPolicy);

function restore(form, draft) {
  if (draft.own) form.elements.reason.dataset.own = "yes";
  for (const name of NAMES) {
    for (const field of fields(form, name)) {
      if (field.type === "radio") field.checked = field.value === draft[name] && !elsewhere(field, draft);
      else if (draft[name]) field.value = draft[name];
    }
  }
  document.dispatchEvent(new CustomEvent("draft:restored", { detail: { seen: draft.seen || [] } }));
}

function collect(form) {
  const value = (name) => fields(form, name).find((field) => field.type !== "radio" || field.checked)?.value || "";
  const seen = seenPosts();
  return { ...Object.fromEntries(NAMES.map((name) => [name, value(name)])), own: form.elements.reason.dataset.own || "", seen };
}

/** Restore the case's draft, and keep it from now on. */
export function keepDraft(form, signal) {
  const key = `caseload:draft:${form.dataset.draft}`;
  const status = document.querySelector("[data-draft-status]");
  const asSent = () => JSON.stringify(collect(form));
  let timer = 0;
  let over = false;

  const say = (words, moment) => { if (status) status.textContent = words.replace("{}", moment.toLocaleTimeString(locale, { hour12: false })); };
  const later = (wait) => { clearTimeout(timer); timer = over ? 0 : setTimeout(send, wait); };

  async function send() {
    timer = 0;
    const sent = asSent();
    let answer;
    try {
      answer = await post(form, sent);
    } catch {
      say(status.dataset.unkept, new Date());
      return later(AGAIN_MS);
    }
    if (over) return undefined;
    if (answer.ok) {
      const kept = await answer.json().catch(() => null); // the page is being left
      if (!kept) return undefined;
      say(status.dataset.kept, new Date(kept.kept_at));
      if (asSent() === sent) inTab.drop(key);
    } else if (answer.status === 401) signedOut(await answer.text());
    return undefined;
  }

  function changed() {
    inTab.write(key, collect(form));
    later(WAIT_MS);
  }

  const stop = () => { over = true; clearTimeout(timer); };
  const flush = () => { if (timer && !over) { clearTimeout(timer); timer = 0; post(form, asSent(), true).catch(() => {}); } };

  const unsent = inTab.read(key);
  restore(form, unsent || JSON.parse(document.getElementById("draft")?.textContent || "{}"));
  if (unsent) later(WAIT_MS);
  for (const kind of ["input", "change", "draft:changed"]) {
    document.addEventListener(kind, (event) => {
      if (kind === "draft:changed" || event.target.form === form || event.target.matches("[data-draft-field]")) changed();
    }, { signal });
  }
  form.addEventListener("draft:flush", flush, { signal });
  form.addEventListener("draft:decided", () => { stop(); inTab.drop(key); }, { signal });
  window.addEventListener("pagehide", flush, { signal });
  signal.addEventListener("abort", () => { flush(); stop(); });
}

function post(form, sent, isLast = false) {
  const draft = JSON.parse(sent);
  return fetch(form.dataset.draftUrl, {
    method: "POST",
    keepalive: isLast,
    headers: { "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content, "HX-Request": "true", "HX-Current-URL": location.href },
    body: new URLSearchParams({ ...draft, seen: JSON.stringify(draft.seen) }),
  });
}
