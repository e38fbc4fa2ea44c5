/* Evidence: veiled until asked for, post by post or all at once. A veiled text is inert and hidden from screen readers too.

   Use: <ol class="posts"><li class="post" tabindex="-1">… <p class="post-text veil" id="post-1" inert aria-hidden="true">
        <button data-reveal aria-controls="post-1" aria-expanded="false" data-show="Show" data-hide="Hide"><span>Show</span>…
        <button data-reveal-all aria-pressed="false" data-show="Show all" data-hide="Hide all"><span>Show all</span>
   J and I go to the next and the previous post, Space shows or hides it, V all of them; B blurs what is hidden more or less,
   Shift B takes its colour or gives it back. Which posts are hidden at first, the server painted; when the person chooses
   otherwise here (<ol data-severity="3" data-veil-from="1">: what is set for everybody), it holds from then on.

   Seen: a post that the person showed is seen, and says so: <li class="post" data-post='["id", …]' data-flagged>.
   <input type="checkbox" data-evidence-seen> (G) shows the flagged posts and says that all were seen; <input data-seen-posts
   data-flagged-posts='["id", …]'> takes the ids of what was seen. "draft:changed" is fired when that changes; "draft:restored" brings what was seen before. */

import { onKey } from "../keys.js";
import { chooseNext } from "../preferences.js";
import { tr } from "../words.js";

const all = () => [...document.querySelectorAll(".posts > .post")];
const flagged = () => all().filter((post) => post.matches("[data-flagged]"));
const idsOf = (post) => JSON.parse(post.dataset.post);
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

let seen = new Set(); // also of posts that a search has taken off the page
const flaggedIds = () => JSON.parse(document.querySelector("[data-seen-posts]")?.dataset.flaggedPosts || "[]");

/** The external ids of the posts that were looked at. */
export const seenPosts = () => [...seen];

/** Whether a suspension may rest on what was looked at. */
export const flaggedSeen = () => flaggedIds().every((id) => seen.has(id));

function mark(ids, isSeen) {
  for (const id of ids) seen[isSeen ? "add" : "delete"](id);
  for (const post of all()) post.querySelector("[data-seen-mark]").hidden = !idsOf(post).some((id) => seen.has(id));
  const field = document.querySelector("[data-seen-posts]");
  if (field) field.value = JSON.stringify(seenPosts());
  const box = document.querySelector("[data-evidence-seen]");
  if (box) box.checked = flaggedSeen();
}

function see(ids, isSeen = true) {
  mark(ids, isSeen);
  document.dispatchEvent(new Event("draft:changed"));
}

const isShown = (button) => button.getAttribute("aria-expanded") === "true";
const allShown = () => buttons().every(isShown);

function tellAll() {
  const button = document.querySelector("[data-reveal-all]");
  if (!button) return;
  button.setAttribute("aria-pressed", String(allShown()));
  button.querySelector("span").textContent = allShown() ? button.dataset.hide : button.dataset.show;
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
  if (button) toggle(button);
}

function toggle(button) {
  show(button, !isShown(button));
  if (isShown(button)) see(idsOf(button.closest(".post")));
}

document.addEventListener("click", (event) => { // for every case that comes onto the page
  const one = event.target.closest("[data-reveal]");
  if (one) toggle(one);
  if (event.target.closest("[data-reveal-all]")) {
    const shown = !allShown();
    for (const button of buttons()) show(button, shown);
    if (shown) see(all().flatMap(idsOf));
  }
});

// Who says that they have seen the flagged posts is shown them.
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-evidence-seen]")) return;
  if (event.target.checked) for (const post of flagged()) show(post.querySelector("[data-reveal]"), true);
  see(flaggedIds(), event.target.checked);
});

// Find in posts: leaves those whose text holds every word. The words are only looked for, never revealed. With data-find-url
// (there are more posts than the page shows) Enter looks through all of them on the server.
document.addEventListener("keydown", async (event) => {
  if (event.key !== "Enter" || !event.target.matches("[data-find-url]")) return;
  event.preventDefault();
  const answer = await fetch(`${event.target.dataset.findUrl}?words=${encodeURIComponent(event.target.value)}`, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok) return;
  document.querySelector(".posts").innerHTML = await answer.text();
  const status = document.querySelector("[data-find-status]");
  status.textContent = status.dataset.found.replace("{}", answer.headers.get("X-Posts-Found"));
  mark([], true);
});
document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-find-posts]")) return;
  const wanted = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const post of document.querySelectorAll(".posts > .post")) {
    const text = post.querySelector(".post-text").textContent.toLowerCase();
    post.hidden = !wanted.every((word) => text.includes(word));
  }
  const status = document.querySelector("[data-find-status]");
  if (status) status.textContent = wanted.length ? status.dataset.found.replace("{}", posts().length) : "";
});

onKey("KeyJ", tr("Next post"), () => move(1));
onKey("KeyI", tr("Previous post"), () => move(-1));
onKey("Space", tr("Show or hide this post"), toggleCurrent);

onKey("KeyB", tr("Blur hidden text more or less"), () => chooseNext("blur"));
onKey("Shift+KeyB", tr("Hidden text grey or in colour"), () => chooseNext("grey"));

let veilFrom = null; // chosen since the page was loaded: a case that was fetched before doesn't know of it
function veilAsChosen() {
  const list = document.querySelector(".posts[data-severity]");
  if (!list || veilFrom === null) return;
  const shown = Number(list.dataset.severity) < Number(veilFrom || list.dataset.veilFrom);
  for (const button of buttons()) show(button, shown);
}
document.addEventListener("preferences:change", (event) => {
  if (event.detail.name !== "veil_from") return;
  veilFrom = event.detail.value;
  veilAsChosen();
});

/** The posts of the case that came onto the page. */
export function startEvidence(signal) {
  seen = new Set();
  document.addEventListener("draft:restored", (event) => {
    mark(event.detail.seen, true);
  }, { signal });
  veilAsChosen();
}
