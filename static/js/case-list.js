/* The list of cases: rows by key, ticks and what they choose, the dialog for many, and addresses without empty words.

   The page: <table data-rows> with a <input class="pick"> per row, <form data-chosen> below it with [data-chosen-count],
   [data-all], [data-clear]; <form data-finder> above it; <dialog id="together"> takes what htmx brings. */

import { onKey } from "./keys.js";
import { tr } from "./words.js";

const table = document.querySelector("[data-rows]");
const bar = document.querySelector("[data-chosen]");
const picks = () => [...document.querySelectorAll(".pick")];
const rows = () => [...(table?.tBodies[0].rows || [])];
const all = bar?.querySelector("[data-all]");

// ── rows by key: J and I move the focus, Enter opens (the link has it), X ticks ──────────────────────────
function current() {
  return rows().findIndex((row) => row.contains(document.activeElement));
}

function go(step) {
  const found = rows();
  if (!found.length) return;
  const at = current();
  const next = at < 0 ? (step > 0 ? 0 : found.length - 1) : Math.min(found.length - 1, Math.max(0, at + step));
  found[next].querySelector("th a").focus();
}

if (table) {
  onKey("KeyJ", tr("Next case"), () => go(1));
  onKey("KeyI", tr("Case before"), () => go(-1));
  if (bar) onKey("KeyX", tr("Choose the case, or not"), () => rows()[current()]?.querySelector(".pick")?.click());
}

// ── ticks ────────────────────────────────────────────────────────────────────────────────────────────────
function tell() {
  const ticked = picks().filter((pick) => pick.checked).length;
  bar.classList.toggle("shown", ticked > 0 || all.checked);
  bar.querySelector("[data-chosen-count]").textContent = all.checked ? "" : ticked;
  const whole = document.querySelector("[data-pick-all]");
  whole.checked = ticked > 0 && ticked === picks().length;
  whole.indeterminate = ticked > 0 && ticked < picks().length;
}

if (bar) {
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-pick-all]")) for (const pick of picks()) pick.checked = event.target.checked;
    if (event.target.matches("[data-pick-all], .pick, [data-all]")) tell();
  });
  bar.querySelector("[data-clear]").addEventListener("click", () => {
    for (const pick of picks()) pick.checked = false;
    all.checked = false;
    tell();
    document.querySelector("[data-pick-all]").focus();
  });
  window.addEventListener("pageshow", tell);
  tell();
}

// ── dialogs ──────────────────────────────────────────────────────────────────────────────────────────────
const together = document.getElementById("together");
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id === "together-place" && !together.open) together.showModal();
});
together?.addEventListener("click", (event) => {
  if (!event.target.closest("[data-close]")) return;
  event.preventDefault();
  together.close();
});
document.querySelector("dialog[data-open]")?.showModal();

// ── an address holds only what is asked for ──────────────────────────────────────────────────────────────
document.querySelector("[data-finder]")?.addEventListener("submit", ({ target }) => {
  const chosen = target.querySelectorAll("[name=state]:checked").length;
  for (const field of target.elements) {
    const empty = field.name && field.type !== "checkbox" && field.value.trim() === "";
    const usual = field.name === "sort" && field.value === "-rank";
    if (empty || usual || (field.type === "hidden" && chosen)) field.disabled = true;
  }
});
window.addEventListener("pageshow", () => {
  for (const field of document.querySelectorAll("[data-finder] :disabled")) field.disabled = false;
});
