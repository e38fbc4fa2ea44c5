"""Words in any language: how PostgreSQL stems a text, and what parts one word from the next. Pure.

PostgreSQL's parser knows no letter from a comma beyond ASCII where the database's character type is C or C.UTF-8: such
signs are turned into spaces first, in texts and in what is sought alike.
"""

import re
from typing import Final

PLAIN: Final = "simple"
MARK: Final = ":"  # before a configuration's name among a text's words: no word of any text begins so
# PostgreSQL's own configurations, by the language that stems so (BCP 47); every other language is taken word by word.
CONFIGURATIONS: Final = {
    "ar": "arabic",
    "ca": "catalan",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "eu": "basque",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
# Punctuation and pictures beyond ASCII, as Python and PostgreSQL both read it: Latin, Greek, Armenian, Hebrew, Arabic,
# Syriac, Devanagari, general punctuation, arrows and symbols, Chinese and Japanese, full width, emoji.
SIGNS: Final = (
    r"[\u00a1\u00a7\u00ab\u00b6\u00b7\u00bb\u00bf\u037e\u0387\u055a-\u055f\u0589\u058a\u05be\u05c0\u05c3\u05c6"
    r"\u05f3\u05f4\u0609\u060a\u060c\u060d\u061b\u061e\u061f\u066a-\u066d\u06d4\u0700-\u070d\u0964\u0965\u0970"
    r"\u200b-\u2027\u202a-\u205e\u2066-\u2069\u2190-\u2bff\u2e00-\u2e7f\u3000-\u3003\u3008-\u3011\u3014-\u301f"
    r"\ufe0f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\U0001f000-\U0001faff]+"
)
_QUOTES: Final = str.maketrans(dict.fromkeys("«»“”„‟「」", '"'))


def parted(words: str) -> str:
    """The words as they are sought: quotation marks of any kind as `"`, other signs beyond ASCII as spaces."""
    return re.sub(SIGNS, " ", words.translate(_QUOTES)).strip()
