/* What a person chose of what they see: kept with their account as soon as they choose it, and obeyed by the page at once.

   Use: <form data-preferences action="…" method="post"> with radios and selects; each change sends its field alone.
   blur and grey become attributes of <html>, as the server painted them. Others listen:
   document.addEventListener("preferences:change", (event) => event.detail.name, event.detail.value). */

import { say } from "./countdown.js";

const root = document.documentElement;
const PAINTED = ["blur", "grey"];

// One at a time: two that are under way together may arrive in either order, and the older choice would be kept.
let kept = Promise.resolve();

function keep(form, name, value) {
  const send = () =>
    fetch(form.action, {
      method: "POST",
      headers: { "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content, "HX-Request": "true" },
      body: new URLSearchParams({ [name]: value }),
      keepalive: true,
    });
  kept = kept.then(send).catch(() => {}); // one that fails holds on this page; what is kept stays as it was
}

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-preferences]");
  if (!form || !event.target.name) return;
  const { name, value } = event.target;
  if (PAINTED.includes(name)) root.dataset[name] = value;
  document.dispatchEvent(new CustomEvent("preferences:change", { detail: { name, value } }));
  keep(form, name, value);
});

/** Choose the next of a field's values, as its radio would be chosen by hand, and say which it is. */
export function chooseNext(name) {
  const radios = [...document.querySelectorAll(`form[data-preferences] input[name="${name}"]`)];
  if (!radios.length) return;
  const next = radios[(radios.findIndex((radio) => radio.checked) + 1) % radios.length];
  next.checked = true;
  next.dispatchEvent(new Event("change", { bubbles: true }));
  say(`${next.closest("fieldset").querySelector("legend").firstChild.textContent.trim()}: ${next.parentElement.textContent.trim()}`);
}
