"""Every setting that an operator may give is documented, and nothing else is."""

import re

from moderation.env import Environment
from tests.architecture.doors import ROOT


def test_every_setting_is_documented_with_its_meaning() -> None:
    text = (ROOT / "docs" / "settings.md").read_text()
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*?) \|", text, re.MULTILINE))
    told = {name: " ".join(meaning.split()) for name, meaning in rows.items()}
    expected = {
        str(field.validation_alias or f"CASELOAD_{name.upper()}"): field.description
        for name, field in Environment.model_fields.items()
    }
    assert told == expected
