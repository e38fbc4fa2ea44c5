/* Signed out: the page stays as it is, with what was typed, and says so once, with the way to sign in and come back.

   Every request of a page that finds nobody signed in is answered 401 with that notice (templates/errors/_signed_out.html). */

/** Show the server's `notice`, and stop promising that the claim is renewed. */
export function signedOut(notice) {
  if (document.querySelector('[data-problem="signed-out"]')) return;
  const place = document.getElementById("problem") || document.getElementById("main");
  if (place.id === "problem") place.replaceChildren();
  place.insertAdjacentHTML("afterbegin", notice);
  for (const promise of document.querySelectorAll("[data-renews]")) promise.hidden = true;
}

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status !== 401) return;
  event.detail.shouldSwap = false;
  signedOut(event.detail.serverResponse);
});
