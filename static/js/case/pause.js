/* A break, called to mind: how long somebody has been at cases without a pause stands in this browser alone.

   Use: <div data-break="50" data-say="… {} …" data-order-left="3000" data-order-quiet="900">
          <span role="status"></span><button data-break-away hidden>
     data-break        minutes on cases after which a break is called to mind
     data-order-left   seconds left on an order's clock when the page was made; below data-order-quiet nothing is said
   Work is keys and the pointer on case pages, in any tab; five minutes without are a pause, and the count begins anew. It
   says one line where there is room, takes no focus, and is put away by its button until as much time has passed again. */

const STORE = "caseload:at-cases";
const PAUSE_MS = 5 * 60_000;
const LOOK_MS = 15_000;

let shownAt = 0; // when this case came onto the page, for its order's clock

function read() {
  try {
    return JSON.parse(localStorage.getItem(STORE)) || {};
  } catch {
    return {}; // no storage: nothing is counted, nothing is said
  }
}

function write(work) {
  try {
    localStorage.setItem(STORE, JSON.stringify(work));
  } catch {
    // as above
  }
}

const orderIsNear = (place) => place.dataset.orderLeft !== undefined
  && Number(place.dataset.orderLeft) - (performance.now() - shownAt) / 1000 < Number(place.dataset.orderQuiet);

function say(place, minutes) {
  const words = minutes ? place.dataset.say.replace("{}", minutes) : "";
  const line = place.querySelector(".break-words");
  if (line.textContent !== words) line.textContent = words;
  line.title = words;
  place.querySelector("[data-break-away]").hidden = !minutes;
}

function look() {
  const place = document.querySelector("[data-break]");
  if (!place) return;
  const { since, last } = read();
  const minutes = Math.floor((last - since) / 60_000) || 0;
  say(place, minutes >= Number(place.dataset.break) && !orderIsNear(place) ? minutes : 0);
}

function work() {
  const now = Date.now();
  const { since, last } = read();
  write({ since: now - last < PAUSE_MS ? since : now, last: now });
}

for (const kind of ["keydown", "pointerdown"]) document.addEventListener(kind, work, { passive: true });
setInterval(look, LOOK_MS);
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-break-away]")) return;
  const now = Date.now();
  write({ since: now, last: now });
  look();
});

/** The case that came onto the page. */
export function startPause() {
  shownAt = performance.now();
  work();
  look();
}
