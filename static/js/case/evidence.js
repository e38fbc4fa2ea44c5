/* Evidence: veiled until asked for, post by post or all at once. A veiled text is inert and hidden from screen readers too.

   Use: <ol class="posts"><li class="post" tabindex="-1">… <p class="post-text veil" id="post-1" inert aria-hidden="true">
        <button data-reveal aria-controls="post-1" aria-expanded="false" data-show="Show" data-hide="Hide"><span>Show</span>…
        <button data-reveal-all aria-pressed="false" data-show="Show all" data-hide="Hide all"><span>Show all</span>
   J and I go to the next and the previous post, Space shows or hides it, V all of them. The person's setting data-veil="never"
   shows posts from the start. */

import { onKey } from "../keys.js";

const posts = () => [...document.querySelectorAll(".posts > .post:not([hidden])")];
const buttons = () => [...document.querySelectorAll("[data-reveal]")];

function show(button, shown) {
  const text = document.getElementById(button.getAttribute("aria-controls"));
  button.setAttribute("aria-expanded", String(shown));
  button.querySelector("span").textContent = shown ? button.dataset.hide : button.dataset.show;
  button.classList.toggle("btn-quiet", shown);
  text.classList.toggle("veil", !shown);
  text.inert = !shown;
  if (shown) text.removeAttribute("aria-hidden");
  else text.setAttribute("aria-hidden", "true");
  tellAll();
}

const isShown = (button) => button.getAttribute("aria-expanded") === "true";
const allShown = () => buttons().every(isShown);

function tellAll() {
  const all = document.querySelector("[data-reveal-all]");
  if (!all) return;
  all.setAttribute("aria-pressed", String(allShown()));
  all.querySelector("span").textContent = allShown() ? all.dataset.hide : all.dataset.show;
}

function move(by) {
  const list = posts();
  if (!list.length) return;
  const at = list.indexOf(document.activeElement?.closest(".post"));
  const next = list[at === -1 ? (by > 0 ? 0 : list.length - 1) : Math.min(list.length - 1, Math.max(0, at + by))];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

function toggleCurrent() {
  const button = document.activeElement?.closest(".post")?.querySelector("[data-reveal]");
  if (button) show(button, !isShown(button));
}

document.addEventListener("click", (event) => { // for every case that comes onto the page
  const one = event.target.closest("[data-reveal]");
  if (one) show(one, !isShown(one));
  if (event.target.closest("[data-reveal-all]")) {
    const shown = !allShown();
    for (const button of buttons()) show(button, shown);
  }
});

// Find in posts: leaves those whose text holds every word. The words are only looked for, never revealed.
document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-find-posts]")) return;
  const wanted = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const post of document.querySelectorAll(".posts > .post")) {
    const text = post.querySelector(".post-text").textContent.toLowerCase();
    post.hidden = !wanted.every((word) => text.includes(word));
  }
  const status = document.querySelector("[data-find-status]");
  if (status) status.textContent = wanted.length ? `${posts().length} found` : "";
});

onKey("KeyJ", "Next post", () => move(1));
onKey("KeyI", "Previous post", () => move(-1));
onKey("Space", "Show or hide this post", toggleCurrent);

/** The posts of the case that came onto the page. */
export function startEvidence() {
  if (document.documentElement.dataset.veil === "never") for (const button of buttons()) show(button, true);
}
