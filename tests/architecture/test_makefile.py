"""The Makefile and what is written about it name the same targets."""

import re

from tests.architecture.doors import ROOT

MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = set(re.findall(r"^(\w+):", MAKEFILE, re.MULTILINE))


def test_pages_name_targets_that_there_are() -> None:
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("deploy/**/*.md")]
    # as a command of its own, on a line or between backticks; not the verb
    named = {name for page in pages for name in re.findall(r"(?:^ {4}|`)make (\w+)", page.read_text(), re.MULTILINE)}
    assert named
    assert named <= TARGETS


def test_its_header_lists_every_target() -> None:
    listed = re.match(r"# Targets: ([\w, ]+)\.", MAKEFILE)
    assert listed
    assert set(listed.group(1).split(", ")) == TARGETS
