"""Definitions: complete, published once per version, and never changed under it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from audit.models import Entry
from insights import definitions
from insights.errors import DefinitionChanged
from insights.models import Definition, Freshness
from insights.selectors.definitions import get_published
from insights.selectors.statistics import _ANSWERS
from insights.services import refreshing
from insights.services.publishing import publish_definitions
from staff.actors import SYSTEM
from tests.cast import Cast

DIGESTS = json.loads((Path(__file__).parent / "definition_digests.json").read_text())


def test_a_changed_text_has_a_new_version() -> None:
    """When this fails: raise the version of what was changed, then add its digest to definition_digests.json."""
    found = {f"{one.name}@{one.version}": one.digest for one in definitions.BY_NAME.values()}
    assert {name: DIGESTS.get(name) for name in found} == found


def test_each_definition_has_an_answer_and_each_answer_a_definition() -> None:
    assert list(_ANSWERS) == list(definitions.BY_NAME)


def test_each_is_published_once(db: None) -> None:
    assert publish_definitions(SYSTEM) == len(definitions.BY_NAME)
    assert publish_definitions(SYSTEM) == 0
    assert Entry.objects.filter(action="definition.published").count() == len(definitions.BY_NAME)


def test_another_text_under_the_same_version_is_refused_and_nothing_is_counted(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_definitions(SYSTEM)
    entries = Entry.objects.count()
    changed = replace(definitions.BY_NAME["decisions"], definition="Something else.")
    monkeypatch.setitem(definitions.BY_NAME, "decisions", changed)
    with pytest.raises(DefinitionChanged):
        refreshing.refresh(SYSTEM)
    assert (Freshness.objects.count(), Entry.objects.count()) == (0, entries)
    assert Definition.objects.get(name="decisions").body["definition"] != "Something else."


def test_an_earlier_version_can_still_be_read(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_definitions(SYSTEM)
    changed = replace(definitions.BY_NAME["decisions"], definition="Something else.", version=3)
    monkeypatch.setitem(definitions.BY_NAME, "decisions", changed)
    publish_definitions(SYSTEM)
    page = get_published(cast.auditor, "decisions")
    assert (page.definition.version, [row.version for row in page.earlier]) == (3, [2])
    assert page.published_at is not None
