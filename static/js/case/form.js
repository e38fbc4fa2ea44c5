/* The decision form: what belongs to the chosen policy, the reason's templates, the sentence that says what will happen.

   Use: <input type="radio" name="policy" value="spam" data-title="Spam">; for each policy one <fieldset data-for-policy="spam"
        hidden disabled> with its guidance, its ladder (radios name="length" data-words="for 30 days"
        data-until="until 8 September 2026", one with data-proposed) and its <select data-templates> (each option's value is the text, data-outcome="suspend" or "keep").
        The summary: <p data-summary data-undo="30" data-second="a supervisor">, data-second naming whose approval a
        suspension needs. The button's words: <span data-decide-words data-decide="…" data-propose="…">. Errors: <p class="field-error" data-error-for="reason" hidden>. */

import { flaggedSeen } from "./evidence.js";
import { apart, tr } from "../words.js";

const chosen = (form, name) => form.elements[name]?.value || [...form.elements].find((field) => field.name === name && field.checked)?.value || "";
const reasonOf = (form) => form.elements.reason;

// A reason nobody typed in may be replaced by another template. What a person typed never is, nor what they cleared.
const untouched = (form) => !reasonOf(form).dataset.own && (!reasonOf(form).value.trim()
  || [...form.querySelectorAll("[data-templates] option")].some((option) => option.value === reasonOf(form).value));

function part(form) {
  const policy = chosen(form, "policy");
  return form.querySelector(`[data-for-policy="${CSS.escape(policy)}"]`);
}

function showPart(form) {
  for (const fieldset of form.querySelectorAll("[data-for-policy]")) {
    const on = fieldset === part(form);
    fieldset.hidden = !on;
    fieldset.disabled = !on;
  }
  propose(form);
  const reason = form.querySelector("[data-length-reason]");
  if (reason) reason.hidden = !isUnproposed(form);
  for (const row of form.querySelectorAll("[data-only-suspend]")) row.hidden = chosen(form, "outcome") === "keep";
}

// Another length than the proposed one needs a reason.
function isUnproposed(form) {
  const length = part(form)?.querySelector('[name="length"]:checked');
  return chosen(form, "outcome") === "suspend" && Boolean(length) && !length.hasAttribute("data-proposed");
}

// One group of radios spans all policies' ladders, so that exactly one length is chosen: the shown policy's proposal at first.
function propose(form) {
  const shown = part(form);
  if (!shown || shown.querySelector('[name="length"]:checked')) return;
  const proposal = shown.querySelector("[data-proposed]");
  if (proposal) proposal.checked = true;
}

function offerReason(form) {
  const outcome = chosen(form, "outcome") || "suspend";
  const options = [...(part(form)?.querySelectorAll("[data-templates] option") || [])];
  const fitting = options.find((option) => option.dataset.outcome === outcome);
  if (!fitting || !untouched(form)) return;
  fitting.parentElement.value = fitting.value;
  reasonOf(form).value = fitting.value;
}

/** The two halves of the summary: what happens, and under what. */
function sentence(form) {
  const summary = document.querySelector("[data-summary]");
  const outcome = chosen(form, "outcome");
  const policy = form.querySelector('[name="policy"]:checked');
  const step = part(form)?.querySelector('[name="length"]:checked');
  const undo = summary.dataset.undo;
  const under = policy ? `${apart(policy.dataset.title)}. ` : `${tr("Pick a policy.")} `;
  if (!outcome) return [tr("Nothing chosen yet."), tr("Pick a policy, then suspend or keep.")];
  if (outcome === "keep") {
    const held = policy ? tr("Not a breach of: {policy}.", { policy: policy.dataset.title }) : tr("Pick the policy it was held against.");
    return [tr("Keep the account."), `${held} ${tr("Nothing is sent to the platform.")}`];
  }
  const words = step?.dataset.words || "";
  const length = step?.dataset.until ? tr("{length}, {until}", { length: words, until: step.dataset.until }) : words;
  if (summary.dataset.second) {
    const what = length ? tr("Propose to suspend {length}.", { length }) : tr("Propose to suspend.");
    return [what, under + tr("Nothing is sent until {who} approves.", { who: summary.dataset.second })];
  }
  const sent = undo === "0" ? tr("Sent at once.") : tr("Sent after {seconds} s; undo until then.", { seconds: undo });
  return [length ? tr("Suspend {length}.", { length }) : tr("Suspend."), under + sent];
}

/** Bring all that depends on a choice up to date. */
export function refresh(form) {
  showPart(form);
  offerReason(form);
  const summary = document.querySelector("[data-summary]");
  const [what, rest] = sentence(form);
  const strong = document.createElement("b");
  strong.textContent = what;
  summary.replaceChildren(strong, ` ${rest}`);
  const button = document.querySelector("[data-decide-words]");
  const proposes = summary.dataset.second && chosen(form, "outcome") === "suspend";
  if (button) button.textContent = proposes ? button.dataset.propose : button.dataset.decide;
}

function fail(form, name, focus) {
  const error = document.querySelector(`[data-error-for="${name}"]`);
  if (error) error.hidden = false;
  focus?.setAttribute("aria-invalid", "true");
  focus?.focus();
  document.querySelector("[data-summary]").textContent = error?.textContent.trim() || "";
  return false;
}

function clearErrors(form) {
  for (const error of document.querySelectorAll("[data-error-for]")) error.hidden = true;
  for (const field of form.elements) field.removeAttribute("aria-invalid");
}

/** Whether everything needed is there. If not: the first missing field says so, and has the focus. */
export function complete(form) {
  clearErrors(form);
  if (!chosen(form, "policy")) return fail(form, "policy", form.querySelector('[name="policy"]'));
  if (!chosen(form, "outcome")) return fail(form, "outcome", [...form.elements].find((field) => field.name === "outcome"));
  if (isUnproposed(form) && !form.elements.length_reason.value.trim()) return fail(form, "length_reason", form.elements.length_reason);
  if (!reasonOf(form).value.trim()) return fail(form, "reason", reasonOf(form));
  if (chosen(form, "outcome") === "suspend" && !flaggedSeen()) return fail(form, "evidence", document.querySelector("[data-evidence-seen]"));
  return true;
}

/** Follow every change of the form, also of the outcome, which stands outside it. */
export function watchForm(form, signal) {
  form.addEventListener("input", (event) => { if (event.target === reasonOf(form)) event.target.dataset.own = "yes"; }, { signal });
  document.addEventListener("change", (event) => {
    if (event.target.form !== form) return;
    if (event.target.matches("[data-templates]")) {
      reasonOf(form).value = event.target.value;
      delete reasonOf(form).dataset.own;
    }
    clearErrors(form);
    refresh(form);
  }, { signal });
}
