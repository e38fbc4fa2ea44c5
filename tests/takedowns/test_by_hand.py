"""Platforms that are worked by hand: handing out, taking in, and the file between."""

import csv
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Platform
from audit.models import Entry
from common import clock
from common.errors import Invalid, NotAllowed
from common.ids import new_id
from staff.actors import operator
from takedowns.models import Attempt, Enforcement
from takedowns.services import by_hand, dispatch, settling
from takedowns.services.by_hand import Told
from tests.cast import Cast, a_platform, an_account
from tests.takedowns.builders import a_wish, an_enforcement, requested

pytestmark = pytest.mark.django_db


@pytest.fixture
def forum() -> Platform:
    return a_platform("forum", connector="file", url="")


def state_of(row: Enforcement) -> tuple[str, str]:
    row.refresh_from_db()
    return row.state, row.error


def told(row: Enforcement, answer: str, note: str = "") -> dict[str, int]:
    return by_hand.take_in(operator(), slug="forum", told=[Told(2, row.pk, answer, note)])


def actions_about(row: Enforcement) -> list[tuple[str, str]]:
    entries = Entry.objects.filter(subjects__contains=[f"enforcement:{row.pk}"]).order_by("pk")
    return [(entry.action, entry.actor) for entry in entries]


def test_dispatch_and_settling_leave_it_alone(forum: Platform) -> None:
    row = an_enforcement(an_account(platform=forum))
    assert (dispatch.run_due(), state_of(row)[0], row.attempts) == (0, "waiting", 0)
    by_hand.hand_out(operator(), slug="forum")
    assert (settling.settle_unknown(), state_of(row)[0]) == (0, "unknown")


def test_what_is_handed_out_is_on_its_way(forum: Platform) -> None:
    row = an_enforcement(an_account("f:1", forum))
    [handed] = by_hand.hand_out(operator(), slug="forum")
    assert (handed.pk, handed.account.external_id) == (row.pk, "f:1")
    assert state_of(row) == ("unknown", by_hand.HANDED_OUT)
    assert list(Attempt.objects.values_list("enforcement", "number", "outcome")) == [(row.pk, 1, "ambiguous")]
    assert actions_about(row)[1:] == [("enforcement.handed_out", "system:shell")]


def test_nothing_is_handed_out_twice_unless_it_is_asked_for(forum: Platform) -> None:
    row = an_enforcement(an_account(platform=forum))
    by_hand.hand_out(operator(), slug="forum")
    assert by_hand.hand_out(operator(), slug="forum") == []
    assert by_hand.hand_out(operator(), slug="forum", again=True) == [row]
    assert len(actions_about(row)) == 2


def test_what_waits_in_its_undo_window_is_not_handed_out(forum: Platform) -> None:
    an_enforcement(an_account(platform=forum), not_before_at=clock.now() + timedelta(seconds=30))
    assert by_hand.hand_out(operator(), slug="forum") == []


def test_more_than_fit_at_once_are_all_handed_out(forum: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_hand, "AT_ONCE", 2)
    rows = requested(*(a_wish(an_account(platform=forum)) for _ in range(5)))
    assert {row.pk for row in by_hand.hand_out(operator(), slug="forum")} == {row.pk for row in rows}


def test_a_newer_decision_waits_for_what_is_in_somebodys_hands(forum: Platform) -> None:
    account = an_account(platform=forum)
    first = an_enforcement(account)
    by_hand.hand_out(operator(), slug="forum")
    newer = an_enforcement(account, "reinstate")
    assert by_hand.hand_out(operator(), slug="forum") == []
    told(first, "done")
    assert by_hand.hand_out(operator(), slug="forum") == [newer]


@pytest.mark.parametrize(
    ("answer", "state", "error"),
    [
        ("done", "applied", ""),
        ("not_done", "retrying", ""),
        ("no_account", "failed", "no_account"),
        ("refused", "failed", "They want a court's order."),
    ],
)
def test_each_answer_has_its_state(forum: Platform, answer: str, state: str, error: str) -> None:
    row = an_enforcement(an_account(platform=forum))
    by_hand.hand_out(operator(), slug="forum")
    assert told(row, answer, error if answer == "refused" else "") == {answer: 1}
    assert state_of(row) == (state, error)
    assert ("enforcement.settled", "system:shell") in actions_about(row)


def test_what_was_not_done_is_handed_out_again(forum: Platform) -> None:
    row = an_enforcement(an_account(platform=forum))
    by_hand.hand_out(operator(), slug="forum")
    told(row, "not_done")
    assert by_hand.hand_out(operator(), slug="forum") == [row]


def test_what_was_not_done_and_is_wanted_no_more_is_superseded(forum: Platform) -> None:
    account = an_account(platform=forum)
    first = an_enforcement(account)
    by_hand.hand_out(operator(), slug="forum")
    an_enforcement(account, "reinstate")
    told(first, "not_done")
    assert state_of(first)[0] == "superseded"


def test_a_list_can_be_taken_in_twice(forum: Platform) -> None:
    row = an_enforcement(an_account(platform=forum))
    by_hand.hand_out(operator(), slug="forum")
    told(row, "done")
    before = Entry.objects.count()
    assert told(row, "done") == {"before": 1}
    assert Entry.objects.count() == before


def test_one_line_that_cannot_be_right_leaves_everything_as_it_was(forum: Platform) -> None:
    row, waiting = (an_enforcement(an_account(platform=forum)) for _ in range(2))
    Enforcement.objects.filter(pk=waiting.pk).update(next_attempt_at=clock.now() + timedelta(hours=1))
    by_hand.hand_out(operator(), slug="forum")
    before = Entry.objects.count()
    lines = [
        Told(2, row.pk, "done"),
        Told(3, row.pk, "done"),
        Told(4, new_id(), "done"),
        Told(5, waiting.pk, "done"),
        Told(6, row.pk, "perhaps"),
    ]
    with pytest.raises(Invalid) as refusal:
        by_hand.take_in(operator(), slug="forum", told=lines)
    assert set(refusal.value.fields) == {"line 3", "line 4", "line 5", "line 6"}
    assert (state_of(row)[0], Entry.objects.count()) == ("unknown", before)


def test_who_may_not_settle_may_not_take_a_list_either(forum: Platform, cast: Cast) -> None:
    row = an_enforcement(an_account(platform=forum))
    with pytest.raises(NotAllowed):
        by_hand.hand_out(cast.moderator, slug="forum")
    assert state_of(row)[0] == "waiting"


def test_a_platform_that_is_reached_by_calls_has_no_list() -> None:
    a_platform()
    with pytest.raises(Invalid, match="simulator"):
        by_hand.hand_out(operator(), slug="simulator")


def test_the_file_goes_out_and_comes_back(forum: Platform, tmp_path: Path) -> None:
    rows = requested(*(a_wish(an_account(f"f:{number}", forum, handle="=1+1")) for number in range(3)))
    out, back = tmp_path / "out.csv", tmp_path / "back.csv"
    call_command("platform", "export", "forum", str(out))
    with out.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert [(line["do"], line["handle"], line["answer"]) for line in lines] == [("suspend", "'=1+1", "")] * 3
    for line, answer in zip(lines, ("done", "", "Refused"), strict=True):
        line["answer"] = answer
    with back.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, lines[0].keys())
        writer.writeheader()
        writer.writerows(lines)
    call_command("platform", "import", "forum", str(back))
    found = {line["external_id"]: Enforcement.objects.get(pk=line["id"]).state for line in lines}
    assert sorted(found.values()) == ["applied", "failed", "unknown"]
    assert len(rows) == 3


def test_a_file_that_is_there_already_is_not_written_over(forum: Platform, tmp_path: Path) -> None:
    row = an_enforcement(an_account(platform=forum))
    there = tmp_path / "there.csv"
    there.write_text("mine")
    with pytest.raises(CommandError, match="exists"):
        call_command("platform", "export", "forum", str(there))
    assert (state_of(row)[0], there.read_text()) == ("waiting", "mine")


@pytest.mark.parametrize(
    ("text", "named"), [("id,note\n", "answer"), ("id,answer\nnone,done\n", "line 2"), ("", "answer, id")]
)
def test_a_file_that_cannot_be_read_is_refused(forum: Platform, tmp_path: Path, text: str, named: str) -> None:
    path = tmp_path / "back.csv"
    path.write_text(text)
    with pytest.raises(CommandError, match=named):
        call_command("platform", "import", "forum", str(path))
