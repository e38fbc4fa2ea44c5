/* Deciding, and the next case in the place of this one, without a reload.

   The decision's answer says what to show (X-Case-Shown): "ahead", the page that waits in ahead.js, with the toast in the
   answer; or "whole", the page in the answer. HX-Redirect leads to another page. Anything else is a refusal, into #problem.

   Keys that are pressed meanwhile are held, and pressed on the next case; never Enter, which would decide on a case that
   nobody has seen. When the decision is refused they are dropped: they were meant for a case that didn't come. */

import { start, say } from "../countdown.js";
import { signedOut } from "../session.js";
import { forget, waiting } from "./ahead.js";

const PASSING = new Set(["Shift", "Control", "Alt", "Meta", "CapsLock", "Tab"]);
let held = null; // the keys pressed while a decision is on its way

window.addEventListener("keydown", (event) => {
  if (!held || PASSING.has(event.key) || ((event.ctrlKey || event.metaKey || event.altKey) && event.key !== "Enter")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!event.repeat) held.push({ key: event.key, code: event.code, shiftKey: event.shiftKey });
}, { capture: true });

window.addEventListener("popstate", () => location.reload());

const headers = () => ({
  "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content,
  "X-Scene": "yes",
  "HX-Request": "true",
  "HX-Current-URL": location.href,
});

// What one case has on the page: main, and what stands between it and the list of keys.
function parts(page) {
  const main = page.getElementById("main");
  const found = [main];
  for (let part = main.nextElementSibling; part && part.id !== "shortcuts"; part = part.nextElementSibling) found.push(part);
  return found;
}

/** Put the case of `page` (a document) in the place of the one that is shown. `begin` brings it to life. */
function put(page, begin) {
  const [main, ...rest] = parts(document);
  const [newMain, ...newRest] = parts(page).map((part) => document.adoptNode(part));
  main.replaceWith(newMain);
  for (const part of rest) part.remove();
  newMain.after(...newRest);
  document.title = page.title;
  for (const part of [newMain, ...newRest]) {
    window.htmx?.process(part);
    start(part);
  }
  newMain.focus({ preventScroll: true });
  begin();
  say(document.title);
}

// The page was made a while ago: its countdowns have run since, but for the lease, which begins anew.
function catchUp(page, since, leaseSeconds) {
  const gone = Math.round((performance.now() - since) / 1000);
  for (const element of page.querySelectorAll("[data-countdown]")) {
    element.dataset.left = String(element.matches("[data-lease]") ? leaseSeconds : Math.max(0, Number(element.dataset.left) - gone));
  }
}

async function show(answer, begin) {
  const url = answer.headers.get("X-Case-Url");
  if (answer.headers.get("X-Case-Shown") === "ahead") {
    const { page, since } = waiting() || {};
    if (!page) return location.assign(url);
    catchUp(page, since, Number(answer.headers.get("X-Case-Seconds")));
    const toast = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("toast");
    if (toast) page.getElementById("toast").replaceWith(page.adoptNode(toast));
    forget();
    put(page, begin);
  } else {
    put(new DOMParser().parseFromString(await answer.text(), "text/html"), begin);
  }
  history.pushState(null, "", url);
  return undefined;
}

function replay(keys) {
  for (const key of keys) {
    if (key.key !== "Enter") document.body.dispatchEvent(new KeyboardEvent("keydown", { ...key, bubbles: true, cancelable: true }));
  }
}

/** The case as it stands now, with what came since `version` marked; what was typed is kept. */
async function lookAgain(form, version, begin) {
  form.dispatchEvent(new Event("draft:flush"));
  const answer = await fetch(`${location.pathname}?since=${version}`);
  if (!answer.ok) return;
  put(new DOMParser().parseFromString(await answer.text(), "text/html"), begin);
  document.querySelector("[data-new-evidence]")?.focus();
}

async function refused(form, answer, begin) {
  const text = await answer.text();
  if (answer.status === 401) return signedOut(text);
  const place = document.getElementById("problem");
  if (answer.status >= 500 || /^\s*<!doctype/i.test(text)) return unanswered(form);
  place.innerHTML = text;
  const code = place.querySelector("[data-problem]")?.dataset.problem || "";
  if (code === "evidence-changed") return lookAgain(form, form.elements.evidence_version.value, begin);
  if (form.dataset.lostCodes.split(" ").includes(code)) form.dispatchEvent(new Event("case:lost"));
  return undefined;
}

function unanswered(form) {
  const notice = document.getElementById("unanswered").content.cloneNode(true);
  document.getElementById("problem").replaceChildren(notice);
  form.dispatchEvent(new Event("draft:flush"));
}

/** Send the decision, and show what comes next. */
export async function decide(form, begin) {
  if (held) return;
  held = [];
  const body = new URLSearchParams(new FormData(form));
  const next = waiting();
  if (next) body.set("ahead", `${next.id}:${next.version}`);
  form.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, { method: "POST", headers: headers(), body });
    const redirect = answer.headers.get("HX-Redirect");
    if (answer.ok && (redirect || answer.headers.has("X-Case-Shown"))) {
      form.dispatchEvent(new Event("draft:decided"));
      if (redirect) return location.assign(redirect);
      await show(answer, begin);
      const keys = held;
      held = null;
      return replay(keys);
    }
    await refused(form, answer, begin);
  } catch {
    unanswered(form);
  } finally {
    held = null;
    form.removeAttribute("aria-busy");
  }
}
