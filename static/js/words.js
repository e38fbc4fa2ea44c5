/* What scripts say, in the language of the page. English stands in the scripts; for any other language the page carries
   <script type="application/json" id="words">{"English": "…"}</script> (moderation/script_words.py has the list).

   Use: tr("Next post"); tr("Sent after {seconds} s.", { seconds: 30 }). */

const known = JSON.parse(document.getElementById("words")?.textContent || "{}");

/** How dates and times are written on the page, with the digits 0 to 9 in every language. */
export const locale = `${document.documentElement.lang}-u-nu-latn`;

/** Latin words on a page in Arabic, kept from turning the words around them round (isolated as <bdi> does it). */
export const apart = (words) => (document.documentElement.dir === "rtl" && /[A-Za-z]/.test(words) ? `\u2068${words}\u2069` : words);

/** `english` in the language of the page, its gaps filled from `values`. */
export function tr(english, values = {}) {
  return (known[english] || english).replace(/\{(\w+)\}/g, (gap, name) => (name in values ? apart(String(values[name])) : gap));
}
