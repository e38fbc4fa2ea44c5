/* The draft: what is chosen and typed is kept in this tab, so that a reload or a lost connection costs nothing.

   Use: <form data-case data-draft="<person>:<case id>">; <span data-draft-status> says when it was last kept. Kept in
   sessionStorage: it leaves with the tab, and with the decision. Signed out, it waits for the same person, and for no other. */

const NAMES = ["policy", "outcome", "length", "reason"];

function read(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key)) || {};
  } catch {
    return {};
  }
}

const fields = (form, name) => [...form.elements].filter((field) => field.name === name);
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
}

function collect(form) {
  const value = (name) => fields(form, name).find((field) => field.type !== "radio" || field.checked)?.value;
  return { ...Object.fromEntries(NAMES.map((name) => [name, value(name)])), own: form.elements.reason.dataset.own };
}

/** Restore the case's draft, and keep it from now on. */
export function keepDraft(form) {
  const key = `caseload:draft:${form.dataset.draft}`;
  const status = document.querySelector("[data-draft-status]");
  restore(form, read(key));
  const keep = () => {
    try {
      sessionStorage.setItem(key, JSON.stringify(collect(form)));
      if (status) status.textContent = `Draft kept ${new Date().toLocaleTimeString([], { hour12: false })}`;
    } catch {
      // no storage: nothing is kept, and nothing is said to be
    }
  };
  form.addEventListener("input", keep);
  document.addEventListener("change", (event) => { if (event.target.form === form) keep(); });
  document.addEventListener("htmx:afterRequest", (event) => {
    // only a decision leads on to another page; any other answer, as a sign-in page, isn't one
    if (event.detail.elt === form && event.detail.xhr.getResponseHeader("HX-Redirect")) sessionStorage.removeItem(key);
  });
}
