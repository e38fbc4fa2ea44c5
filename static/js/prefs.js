/* What a person has chosen for this browser: theme, contrast, motion, density, keys. Kept in localStorage.

   A classic script, loaded in <head> without `defer`, so that the page never flashes in the wrong theme.
   Use: a radio or checkbox with `data-pref="theme" value="dark"` sets it; `value=""` goes back to the system's preference.
   Each choice becomes an attribute of <html>: data-theme, data-contrast, data-motion, data-density, data-keys.
   Others listen: document.addEventListener("prefs:change", (event) => event.detail.name). */
"use strict";
(() => {
  const STORE = "caseload:prefs";
  const NAMES = ["theme", "contrast", "motion", "density", "keys"];
  const root = document.documentElement;

  function read() {
    try {
      return JSON.parse(localStorage.getItem(STORE)) || {};
    } catch {
      return {}; // storage switched off, or not ours: the system's preferences rule
    }
  }

  function apply(prefs) {
    for (const name of NAMES) {
      if (prefs[name]) root.dataset[name] = prefs[name];
      else delete root.dataset[name];
    }
  }

  function choose(name, value) {
    const prefs = { ...read(), [name]: value };
    try {
      localStorage.setItem(STORE, JSON.stringify(prefs));
    } catch {
      // kept for this page only
    }
    apply(prefs);
    document.dispatchEvent(new CustomEvent("prefs:change", { detail: { name, value } }));
  }

  apply(read());
  document.addEventListener("change", (event) => {
    const field = event.target.closest("[data-pref]");
    if (field) choose(field.dataset.pref, field.value);
  });
  document.addEventListener("DOMContentLoaded", () => {
    for (const field of document.querySelectorAll("[data-pref]")) {
      field.checked = field.value === (root.dataset[field.dataset.pref] || "");
    }
  });
})();
