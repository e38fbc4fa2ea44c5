// Keeps the figures and the tables fresh while the page is looked at. Forms stay as they are.
"use strict";

const EVERY_MS = 2000;
const FRESH = ["#figures", "#account-rows tbody", "#effect-rows tbody"];

async function refresh() {
  if (document.hidden) return;
  const response = await fetch(location.href, { cache: "no-store" });
  if (!response.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const selector of FRESH) {
    const [now, next] = [document.querySelector(selector), fresh.querySelector(selector)];
    if (now && next && now.innerHTML !== next.innerHTML) now.replaceChildren(...next.childNodes);
  }
}

setInterval(() => refresh().catch(() => {}), EVERY_MS);
