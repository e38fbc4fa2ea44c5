/* Single-key shortcuts. Keys go by their place (event.code), so an Arabic or a French layout works the same.

   Use in a template: <button data-code="KeyS" data-hint="Suspend" aria-keyshortcuts="S">Suspend <kbd aria-hidden="true">S</kbd></button>
     data-code   "KeyS", "Digit1", "Enter", "Slash", with "Shift+" before it where Shift is held
     data-hint   its line in the list that `?` opens; controls with the same hint share one line
   Buttons, links, radios and checkboxes are clicked; text fields and selects get the focus.
   What is folded into a <details> opens; what stands in a menu is pressed there. In a module: onKey("KeyJ", "Next post", () => …).

   They rest while a text field has the focus, with Ctrl, Alt or Meta held, and when the person turned them off; while a
   dialog is open only those inside it work
   (data-keys="off", WCAG 2.1.4); Escape leaves a text field. Enter and Space belong to the button or link that has the focus. */

const registered = new Map();

/** Call `act` when the key at `code` is pressed; `hint` is its line in the list. */
export function onKey(code, hint, act) {
  registered.set(code, { hint, act });
}

const typing = (target) => target.closest?.("textarea, select, [contenteditable], input:not([type=radio], [type=checkbox])");
const off = () => document.documentElement.dataset.keys === "off";
const folded = (control) => control.closest("details:not([open])");
const inMenu = (control) => control.closest("[popover]:not(:popover-open)");
const usable = (control) => !control.disabled && control.getAttribute("aria-disabled") !== "true" && (control.checkVisibility() || folded(control) || inMenu(control));

function resting(event) {
  return off() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target);
}

function press(control) {
  folded(control)?.setAttribute("open", "");
  if (control.matches("textarea, select, input:not([type=radio], [type=checkbox])")) control.focus();
  else control.click();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && typing(event.target) && !document.querySelector("dialog[open]")) event.target.blur();
  if (resting(event)) return;
  const dialog = document.querySelector("dialog[open]"); // while one is open, only its own keys work
  if (["?", "؟"].includes(event.key) && !dialog) { // wherever it stands on the keyboard, in Latin or in Arabic
    event.preventDefault();
    openList();
    return;
  }
  const code = (event.shiftKey ? "Shift+" : "") + event.code.replace("NumpadEnter", "Enter");
  if (["Enter", "Space"].includes(code) && event.target.closest("a, button, summary, select")) return;
  // what the page itself has comes before the frame's, as its own search does; in a dialog, only what it has
  const [within, without] = [`main [data-code="${code}"]`, `:not(main *)[data-code="${code}"]`];
  const places = dialog ? [`[data-code="${code}"]`] : [within, without];
  const control = places.flatMap((found) => [...(dialog || document).querySelectorAll(found)]).find(usable);
  if (control) {
    event.preventDefault();
    press(control);
  } else if (registered.has(code) && !dialog) {
    event.preventDefault();
    registered.get(code).act();
  }
});

// ── the list, made from what is on the page, so it can't go out of date ──────────────────────────────────
const cap = (code) => code.replace(/^Shift\+/, "Shift ").replace(/Key|Digit/, "").replace("Slash", "/");

function lines() {
  const byHint = new Map();
  const add = (hint, code) => byHint.set(hint, [...new Set([...(byHint.get(hint) || []), code])]);
  for (const control of document.querySelectorAll("[data-code][data-hint]")) if (usable(control)) add(control.dataset.hint, control.dataset.code);
  for (const [code, { hint }] of registered) if (hint) add(hint, code);
  return byHint;
}

function line(hint, codes) {
  const item = document.createElement("li");
  const name = item.appendChild(document.createElement("span"));
  const keys = item.appendChild(document.createElement("span"));
  const shown = codes.length > 2 ? [codes[0], "…", codes.at(-1)] : codes;
  name.textContent = hint;
  keys.className = "nowrap row row-tight";
  for (const code of shown) keys.appendChild(document.createElement("kbd")).textContent = cap(code);
  return item;
}

function openList() {
  const dialog = document.getElementById("shortcuts");
  if (!dialog) return;
  const list = dialog.querySelector("[data-shortcut-list]");
  list.replaceChildren(...[...lines()].map(([hint, codes]) => line(hint, codes)));
  dialog.showModal();
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-open-shortcuts]")) openList();
});
