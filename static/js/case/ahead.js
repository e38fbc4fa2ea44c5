/* The next case, fetched while the person decides: its page waits here, and nothing of it is shown before it is theirs.

   Use: <form data-case data-ahead-url="…">. The first choice or letter asks for it. The server claims the case for a minute;
   after that it is nobody's again, and what waits here is thrown away. */

let next = null;
let asking = false;

/** What waits: {id, version, seconds, page, since}, or null. */
export const waiting = () => (next && performance.now() < next.ends ? next : null);

/** Forget what waits: it is on screen, or no longer wanted. */
export function forget() {
  next = null;
}

async function ask(form, signal) {
  if (asking || waiting() || form.dataset.lost) return;
  asking = true;
  try {
    const answer = await fetch(form.dataset.aheadUrl, {
      method: "POST",
      signal,
      headers: { "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content, "HX-Request": "true" },
      body: new URLSearchParams({ claim_token: form.elements.claim_token.value }),
    });
    if (answer.status !== 200) return;
    const got = (name) => answer.headers.get(`X-Case-${name}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = performance.now();
    next = { id: got("Id"), version: got("Version"), url: got("Url"), page, since: now, ends: now + (Number(got("Seconds")) - 2) * 1000 };
  } catch {
    // no next case waits: the decision's answer will bring it
  } finally {
    asking = false;
  }
}

/** Ask for the next case once the person begins to decide on this one. */
export function prepare(form, signal) {
  forget();
  asking = false;
  for (const kind of ["change", "input"]) {
    document.addEventListener(kind, (event) => { if (event.target.form === form) ask(form, signal); }, { signal });
  }
}
