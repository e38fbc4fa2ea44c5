"""Platforms and topics."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Activity, Platform, Topic
from accounts.selectors.platforms import secret_of
from accounts.services import platforms, topics
from accounts.services.platforms import PlatformSaid
from accounts.services.topics import Tally
from audit.models import Entry
from common.errors import Invalid, NotAllowed
from staff.actors import operator
from tests.cast import Cast, a_platform
from tests.conftest import NOON

pytestmark = pytest.mark.django_db


def test_a_platform_is_made_at_the_shell() -> None:
    out = StringIO()
    url = "http://127.0.0.1:9"
    call_command("platform", "create", "example", "--connector", "simulator", "--url", url, "--json", stdout=out)
    assert json.loads(out.getvalue()) == {"platform": "example", "connector": "simulator", "url": url}
    assert Entry.objects.get().action == "platform.created"


@pytest.mark.parametrize(
    "arguments",
    [["Bad Slug"], ["ok", "--url", "ftp://x"], ["ok", "--requests-per-minute", "0"], ["taken"], ["ok", "--url", ""]],
)
def test_a_platform_that_does_not_fit_is_refused_in_one_sentence(arguments: list[str]) -> None:
    a_platform("taken")
    before = Platform.objects.count(), Entry.objects.count()
    with pytest.raises(CommandError):
        call_command("platform", "create", *arguments, "--connector", "nobody" if arguments[-1] == "" else "simulator")
    assert (Platform.objects.count(), Entry.objects.count()) == before


def said(**changed: Any) -> PlatformSaid:
    return PlatformSaid(**{"name": "Simulator", "connector": "simulator", "url": "http://127.0.0.1:1"} | changed)


def test_a_platform_changes_and_the_log_tells_from_what() -> None:
    a_platform(url="http://127.0.0.1:1")
    for _ in range(2):
        platforms.change(operator(), slug="simulator", said=said(url="http://127.0.0.1:2"))
    changed = Entry.objects.get(action="platform.changed")
    before = {"name": "Simulator", "url": "http://127.0.0.1:1", "settings": {}, "requests_per_minute": None}
    assert changed.detail == {
        "before": before,
        "after": before | {"url": "http://127.0.0.1:2"},
        "secret_changed": False,
    }


def test_a_secret_is_kept_encrypted_and_never_told_to_the_log() -> None:
    a_platform()
    platforms.change(operator(), slug="simulator", said=said(secret="open sesame"))
    platforms.change(operator(), slug="simulator", said=said(name="Renamed"))
    kept = Platform.objects.get()
    assert "sesame" not in kept.secret
    assert secret_of(kept) == "open sesame"
    assert [
        entry.detail["secret_changed"] for entry in Entry.objects.filter(action="platform.changed").order_by("pk")
    ] == [
        True,
        False,
    ]
    assert "sesame" not in str(list(Entry.objects.values_list("detail", flat=True)))


def test_a_platform_keeps_its_connector() -> None:
    a_platform()
    with pytest.raises(Invalid, match="keeps its connector"):
        platforms.change(operator(), slug="simulator", said=said(connector="webhook"))


def test_a_supervisor_makes_no_platform(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        platforms.create(cast.supervisor, slug="x", said=PlatformSaid(name="x", connector="simulator"))
    with pytest.raises(Invalid, match="connector"):
        platforms.create(cast.administrator, slug="x", said=PlatformSaid(name="x", connector=""))
    assert not Platform.objects.exists()


def test_another_definition_is_another_version() -> None:
    for definition in ("one", "one", "two"):
        topics.define(operator(), slug="t", title="T", definition=definition)
    assert Topic.objects.get().version == 2
    assert Entry.objects.filter(action="topic.defined").count() == 2


def test_a_cell_sent_again_replaces_and_never_adds() -> None:
    topic = topics.define(operator(), slug="t", title="T", definition="d")
    cell = Tally(a_platform().pk, NOON.date(), "en", "neutral", "school", "", posts=3)
    assert [topics.tally(operator(), topic=topic, rows=[row]) for row in (cell, cell, cell._replace(posts=4))] == [
        1,
        0,
        1,
    ]
    assert Activity.objects.get().posts == 4
