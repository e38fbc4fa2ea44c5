"""What a template says that isn't marked for translation: in text, in attributes that are read, and in filters."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

READ_ATTRIBUTES = ("alt", "aria-label", "aria-description", "label", "placeholder", "title")
NO_WORDS = ("data-code",)  # data that scripts read, and no person
NOT_READ = {"script", "style", "code", "kbd", "pre", "svg", "bdi"}
_COMMENT = re.compile(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", re.DOTALL)
_MARKED = re.compile(r"\{%\s*blocktranslate\b.*?\{%\s*endblocktranslate\s*%\}", re.DOTALL)
_FILTERED = re.compile(r"\|(?:default|default_if_none|yesno|join|pluralize):\"([^\"]*)\"")
_TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_WORD = re.compile(r"[^\W\d_]{2,}")


def unmarked(template: str) -> list[str]:
    """The words of `template` that would be English in every language, in their order."""
    bare = _MARKED.sub("", _COMMENT.sub("", template))
    said = [*_FILTERED.findall(bare), *_texts(_TAG.sub("", bare))]
    return [text for text in (" ".join(words.split()) for words in said) if _WORD.search(text)]


def _texts(html: str) -> Iterator[str]:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    yield from reader.said


class _Reader(HTMLParser):
    """Gathers what a person reads."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.within: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in NOT_READ:
            self.within.append(tag)
        for name, value in attrs:
            is_said = name.startswith("data-") and (value or "")[:1].isupper() and name not in NO_WORDS
            if name in READ_ATTRIBUTES or is_said:
                self.said.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        if self.within and self.within[-1] == tag:
            self.within.pop()

    def handle_data(self, data: str) -> None:
        if not self.within:
            self.said.append(data)
