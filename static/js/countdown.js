/* Dials that run down: what is left of a lease or of an undo window, as a ring and in words.

   Use: <span data-countdown data-left="24" data-total="30" data-say="60 15">
          {% dial 24 30 %} … <bdi data-left-words>24 s</bdi>
        </span>
     data-left     seconds left when the page was made (the server's count: the person's clock may be wrong)
     data-total    seconds of the whole window
     data-words    "clock" shows 4:12, otherwise 24 s
     data-say      seconds at which a screen reader is told, once each; never each second
     data-say-text the sentence that is said, with {} for the words
   Fires "countdown:end" on the element, once. restart(element, left) begins anew. */

import { tr } from "./words.js";

const ROUND = 50.3; // circumference of {% dial %}
const running = new Map();

const words = (element, left) => (element.dataset.words === "clock"
  ? `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`
  : left < 60 ? tr("{seconds} s", { seconds: left })
    : tr("{minutes} min {seconds} s", { minutes: Math.floor(left / 60), seconds: String(left % 60).padStart(2, "0") }));

/** Have a screen reader say `sentence`, politely. */
export function say(sentence) {
  const voice = document.getElementById("voice");
  if (voice) voice.textContent = sentence;
}

/** Let `element` count down from `left` seconds, from now on. */
export function restart(element, left) {
  const marks = (element.dataset.say || "").split(" ").filter(Boolean).map(Number).filter((mark) => mark < left);
  running.set(element, { ends: performance.now() + left * 1000, marks });
  draw(element);
}

function draw(element) {
  const state = running.get(element);
  const left = Math.max(0, Math.ceil((state.ends - performance.now()) / 1000));
  const total = Number(element.dataset.total) || left || 1;
  const shown = words(element, left);
  element.querySelector(".dial .left")?.setAttribute("stroke-dasharray", `${Math.min(1, left / total) * ROUND} ${ROUND}`);
  for (const text of element.querySelectorAll("[data-left-words]")) text.textContent = shown;
  if (state.marks.length && left <= state.marks[0]) {
    state.marks.shift();
    if (element.dataset.sayText) say(element.dataset.sayText.replace("{}", shown));
  }
  if (left === 0) {
    running.delete(element);
    element.dispatchEvent(new CustomEvent("countdown:end", { bubbles: true }));
  }
}

/** Start every countdown inside `root` that doesn't run yet. */
export function start(root = document) {
  for (const element of root.querySelectorAll("[data-countdown]")) {
    if (!running.has(element)) restart(element, Number(element.dataset.left));
  }
}

setInterval(() => {
  for (const element of [...running.keys()]) {
    if (element.isConnected) draw(element);
    else running.delete(element);
  }
}, 500);
document.addEventListener("htmx:load", (event) => start(event.target));
start();
