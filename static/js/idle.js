/* Keys that find nothing to do say so, and stand in the list that `?` opens all the same.

   A control on the page with the same data-code goes before them (keys.js): U undoes while the last decision can be undone. */

import { say } from "./countdown.js";
import { onKey } from "./keys.js";
import { tr } from "./words.js";

/** Tell what a key came to: where the last act is told, else at the foot of the page. */
function tell(sentence) {
  const line = Object.assign(document.createElement("div"), { className: "toast" });
  line.append(Object.assign(document.createElement("p"), { textContent: sentence }));
  (document.getElementById("toast") || foot()).replaceChildren(line);
  say(sentence);
}

function foot() {
  const place = document.querySelector(".toasts") || document.body.appendChild(document.createElement("div"));
  place.className = "toasts";
  return place;
}

if (document.querySelector("#toast, #h-last")) {
  onKey("KeyU", tr("Undo the last decision"), () => tell(tr("Nothing to undo: none of your decisions is in its undo window.")));
}
