"""The map is whole: it names every module that there is, and none that there isn't."""

import re

from tests.architecture.doors import PACKAGES, ROOT

SILENT = {"__init__.py", "apps.py"}


def test_the_map_names_every_module() -> None:
    """A module is named by its path; a folder of modules of one kind may be named as `folder/`."""
    named = set(re.findall(r"`([\w/.-]+)`", (ROOT / "docs" / "map.md").read_text()))
    folders = tuple(name for name in named if name.endswith("/") and name.count("/") > 1)
    missing = [
        path
        for package in PACKAGES
        for file in (ROOT / package).rglob("*.py")
        if (path := str(file.relative_to(ROOT))) not in named
        and file.name not in SILENT
        and not path.startswith(folders)
    ]
    assert missing == []


def test_the_map_names_nothing_that_is_gone() -> None:
    named = set(re.findall(r"`([\w/.-]+)`", (ROOT / "docs" / "map.md").read_text()))
    paths = [name for name in named if name.partition("/")[0] in PACKAGES]
    assert [name for name in paths if not (ROOT / name).exists()] == []
