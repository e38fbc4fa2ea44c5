"""Platforms and topics."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Activity, Platform, Topic
from accounts.services import platforms, topics
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


def test_a_platform_moves_and_the_log_tells_from_where() -> None:
    a_platform(url="http://127.0.0.1:1")
    platforms.move(operator(), slug="simulator", url="http://127.0.0.1:2")
    platforms.move(operator(), slug="simulator", url="http://127.0.0.1:2")
    moved = Entry.objects.get(action="platform.moved")
    assert moved.detail == {"before": "http://127.0.0.1:1", "after": "http://127.0.0.1:2"}


def test_a_supervisor_makes_no_platform(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        platforms.create(cast.supervisor, slug="x", name="x", connector="simulator")
    with pytest.raises(Invalid, match="connector"):
        platforms.create(cast.administrator, slug="x", name="x", connector="")
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
