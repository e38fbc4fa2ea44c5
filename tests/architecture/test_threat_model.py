"""The threat model points at what there is."""

import re

from tests.architecture.doors import ROOT


def test_every_file_it_names_exists() -> None:
    named = re.findall(r"`([\w/]+(?:\.py|/\w+))`", (ROOT / "docs" / "threat-model.md").read_text())
    assert len(named) > 5
    assert [path for path in named if not (ROOT / path).exists()] == []
