"""Words on a page that are in no language of the page: Latin letters on a page in Arabic."""

from functools import cache

from playwright.sync_api import Page

from tests.architecture.catalogue import po_of

# What is Latin in Arabic, too: the product's name, abbreviations, names of keys, and what is typed as it stands.
LATIN_EVERYWHERE = (
    *("Caseload", "UTC", "API", "CSV", "DSA", "URL", "JSON", "NDJSON", "OpenAPI", "RFC", "UTF", "SHA", "Beta", "MB"),
    *(
        "Enter",
        "Space",
        "Shift",
        "https",
        "platform",
        "external_id",
        "handle",
        "en",
        "ar",
        "pt",
        "BR",
        "Europe",
        "Berlin",
    ),
)
# Content (in its own language and direction), what is written for machines, and what is shown only without scripts (its
# markup is text to them).
APART = "bdi, code, kbd, noscript, pre, script, style, textarea, [dir=auto], [lang]:not(html):not([lang=ar]), .mono"
# They hold text alone, content or not: only what the catalogue knows is ours.
TEXT_ALONE = ("OPTION", "TITLE")
_FIND = """([apart, known, alone, english]) => {
  const isolated = /\\u2068[^\\u2069]*\\u2069/g;
  const found = new Set();
  const look = (text, where, ours) => {
    const words = text.replace(isolated, " ").match(/[A-Za-z_]{2,}/g) || [];
    const said = text.trim().replace(/\\s+/g, " ").slice(0, 90);
    if (words.some((word) => !known.includes(word)) && ours(said)) found.add(`${where}: ${said}`);
  };
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    const isOurs = (said) => said.split(" · ").some((part) => english.includes(part));
    const ours = alone.includes(parent.tagName) ? isOurs : () => true;
    if (!parent.closest(apart)) look(walker.currentNode.textContent, `${parent.tagName}.${parent.className}`, ours);
  }
  for (const name of ["aria-label", "title", "placeholder", "alt", "data-hint", "data-say-text", "data-until"]) {
    for (const element of document.querySelectorAll(`[${name}]`)) {
      const isApart = element.closest("bdi, [lang]:not(html):not([lang=ar])");
      if (!isApart) look(element.getAttribute(name), `@${name}`, () => true);
    }
  }
  return [...found];
}"""


def latin_words(page: Page) -> list[str]:
    """Where Latin words stand that are neither content nor known in Arabic: the element, and the text."""
    return list(page.evaluate(_FIND, [APART, list(LATIN_EVERYWHERE), list(TEXT_ALONE), _english()]))


@cache
def _english() -> list[str]:
    return [entry.singular for entry in po_of("ar")[1:] if entry.texts[0] != entry.singular]
