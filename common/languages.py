"""Languages by BCP 47 tag: the name in the language of the page and the direction of writing. Names are Django's."""

import re
import unicodedata
from typing import Final

from django.conf.locale import LANG_INFO
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

_RTL_LANGUAGES: Final = frozenset(
    ["ar", "arc", "ckb", "dv", "fa", "he", "ks", "ku-arab", "nqo", "pnb", "ps", "sd", "syr", "ug", "ur", "yi"]
)
_RTL_SCRIPTS: Final = frozenset(["adlm", "arab", "hebr", "mand", "nkoo", "rohg", "samr", "syrc", "thaa"])
_NAMES_AND_LINKS: Final = re.compile(r"@\w+|https?://\S+")
_MORE_NAMES: Final = {
    "am": _("Amharic"),
    "iw": _("Hebrew"),
    "in": _("Indonesian"),
    "he": _("Hebrew"),
    "ps": _("Pashto"),
    "sd": _("Sindhi"),
    "so": _("Somali"),
    "ckb": _("Central Kurdish"),
    "yi": _("Yiddish"),
    "tl": _("Tagalog"),
    "ht": _("Haitian Creole"),
    "zh": _("Chinese"),
    "und": _("Unknown language"),
}


def language_name(tag: str) -> str:
    """What the language in `tag` is called in that of the page ("ar" → "Arabic", "pt-BR" → "Brazilian Portuguese").

    Takes a BCP 47 tag in any case; an empty one is "Unknown language". An unknown tag comes back as it is.
    """
    lowered = tag.strip().lower() or "und"
    for candidate in (lowered, lowered.partition("-")[0]):
        if candidate in _MORE_NAMES:
            return gettext(_MORE_NAMES[candidate])
        if "name" in (info := LANG_INFO.get(candidate, {})):
            return gettext(info["name"])
    return tag


def known_languages() -> list[tuple[str, str]]:
    """(tag, name) of every language that has a name here, by name; variants of one language aren't told apart, and old
    tags aren't offered."""
    tags = {tag for tag in (*LANG_INFO, *_MORE_NAMES) if "-" not in tag} - {"iw", "in", "und"}
    return sorted(((tag, language_name(tag)) for tag in tags), key=lambda known: known[1])


def direction(tag: str) -> str:
    """Which way the language is written: "rtl", "ltr", or "auto" for an empty or undetermined tag.

    A script subtag wins over the language.
    """
    parts = tag.strip().lower().split("-")
    if parts[0] in {"", "und", "mul", "zxx"}:
        return "auto"
    if len(parts) > 1 and len(parts[1]) == 4:
        return "rtl" if parts[1] in _RTL_SCRIPTS else "ltr"
    return "rtl" if parts[0] in _RTL_LANGUAGES | {"iw"} else "ltr"


def text_direction(text: str) -> str:
    """Which way `text` reads: "rtl" or "ltr" by the letters it has more of, "auto" without a letter.

    Links and mentions don't count: an Arabic post that answers "@user000150" still reads from the right, which the
    browser's own rule (the first strong letter) gets wrong. Source: Unicode Annex 9, bidirectional classes L, R, AL.
    """
    classes = [unicodedata.bidirectional(letter) for letter in _NAMES_AND_LINKS.sub("", text)]
    leftward, rightward = classes.count("R") + classes.count("AL"), classes.count("L")
    if leftward == rightward == 0:
        return "auto"
    return "rtl" if leftward > rightward else "ltr"
