"""The switch and the guard: nothing leaves, from the commit on, until somebody lifts it."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Platform
from audit.models import Entry
from common import clock
from common.errors import Conflict, Invalid, NotAllowed
from takedowns.models import Enforcement, Stop
from takedowns.services import dispatch, leasing, sending, stopping
from tests.cast import Cast, a_platform, an_account
from tests.conftest import Nudge
from tests.takedowns.builders import a_wish, an_enforcement, requested
from tests.takedowns.conftest import FakeConnector

pytestmark = pytest.mark.django_db


def told(action: str) -> list[dict[str, Any]]:
    return [
        {"actor": entry.actor, "subjects": entry.subjects, **entry.detail}
        for entry in Entry.objects.filter(action=action).order_by("pk")
    ]


@pytest.mark.parametrize("is_for_all", [True, False])
def test_nothing_leaves_while_it_is_stopped(faked: Platform, fake: FakeConnector, cast: Cast, is_for_all: bool) -> None:
    row = an_enforcement(an_account(platform=faked))
    stopping.stop(cast.supervisor, None if is_for_all else faked, reason="Something is wrong.")
    assert (dispatch.run_due(), dispatch.run(faked), fake.sent) == (0, 0, [])
    assert Enforcement.objects.get(pk=row.pk).state == "waiting"
    named = "platform:*" if is_for_all else "platform:faked"
    assert told("dispatch.stopped") == [
        {"actor": cast.supervisor.key, "subjects": [named], "reason": "Something is wrong."}
    ]


def test_other_platforms_go_on(faked: Platform, fake: FakeConnector, cast: Cast) -> None:
    stopping.stop(cast.supervisor, a_platform("other", connector="fake"), reason="Something is wrong.")
    an_enforcement(an_account(platform=faked))
    assert dispatch.run_due() == 1


def test_it_goes_on_when_it_is_lifted(
    faked: Platform,
    fake: FakeConnector,
    cast: Cast,
    nudges: list[Nudge],
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    an_enforcement(an_account(platform=faked))
    stopping.stop(cast.supervisor, faked, reason="Something is wrong.")
    with django_capture_on_commit_callbacks(execute=True):
        stopping.lift(cast.administrator, faked)
    assert nudges == [("takedowns.tasks.dispatch_due", ())]
    assert dispatch.run_due() == 1
    assert told("dispatch.resumed") == [{"actor": cast.administrator.key, "subjects": ["platform:faked"]}]


def test_one_platforms_lift_does_not_move_what_all_wait_for(faked: Platform, fake: FakeConnector, cast: Cast) -> None:
    an_enforcement(an_account(platform=faked))
    for platform in (None, faked):
        stopping.stop(cast.supervisor, platform, reason="Something is wrong.")
    stopping.lift(cast.supervisor, faked)
    assert dispatch.run_due() == 0
    stopping.lift(cast.supervisor, None)
    assert dispatch.run_due() == 1


def test_what_a_worker_holds_and_has_not_sent_is_given_back(
    faked: Platform, fake: FakeConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "HELD_LOOK_SECONDS", 0)
    monkeypatch.setattr(leasing, "is_stopped", lambda platform: bool(fake.sent))
    rows = [an_enforcement(an_account(platform=faked)) for _ in range(5)]
    dispatch.run(faked)
    states = sorted(Enforcement.objects.filter(pk__in=[row.pk for row in rows]).values_list("state", "attempts"))
    assert states == [("applied", 1), *[("retrying", 0)] * 4]


def test_stopping_twice_is_stopping_once_and_lifting_nothing_is_refused(faked: Platform, cast: Cast) -> None:
    first = stopping.stop(cast.supervisor, None, reason="Something is wrong.")
    assert stopping.stop(cast.administrator, None, reason="Me too.") == first
    with pytest.raises(Conflict):
        stopping.lift(cast.supervisor, faked)
    stopping.lift(cast.supervisor, None)
    with pytest.raises(Conflict):
        stopping.lift(cast.supervisor, None)
    assert len(told("dispatch.stopped")) == len(told("dispatch.resumed")) == 1


def test_a_reason_is_needed_and_not_everybody_may(faked: Platform, cast: Cast) -> None:
    with pytest.raises(Invalid) as refusal:
        stopping.stop(cast.supervisor, None, reason=" ")
    assert refusal.value.fields.keys() == {"reason"}
    for actor in (cast.moderator, cast.auditor):
        with pytest.raises(NotAllowed):
            stopping.stop(actor, None, reason="Something is wrong.")
    assert not Stop.objects.exists()
    assert not told("dispatch.stopped")


@pytest.fixture
def bound(settings: Any, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setitem(settings.CASELOAD, "GUARD_SUSPENSIONS_PER_HOUR", 3)
    return 3


def applied(platform: Platform, count: int, **wish: Any) -> None:
    requested(*(a_wish(an_account(platform=platform), **wish) for _ in range(count)))
    dispatch.run_due()


def test_the_guard_stops_by_itself_and_says_so(faked: Platform, fake: FakeConnector, bound: int) -> None:
    applied(faked, bound - 1)
    assert not Stop.objects.exists()
    applied(faked, 1)
    applied(faked, 2)
    assert len(fake.sent) == bound
    stop = Stop.objects.get()
    assert (stop.platform, stop.is_by_guard) == (faked, True)
    assert told("dispatch.stopped") == [
        {
            "actor": "system",
            "subjects": ["platform:faked"],
            "reason": "The guard: 3 suspensions within an hour, approved batches left out.",
        }
    ]


@pytest.mark.usefixtures("frozen_clock")
def test_once_lifted_the_guard_counts_from_there(faked: Platform, fake: FakeConnector, cast: Cast, bound: int) -> None:
    applied(faked, bound)
    applied(faked, 1)
    assert len(fake.sent) == bound
    with clock.moved(seconds=1):
        stopping.lift(cast.supervisor, faked)
    with clock.moved(seconds=2):
        applied(faked, bound - 1)
        assert len(fake.sent) == 2 * bound
        applied(faked, 1)
    assert len(fake.sent) == 2 * bound


@pytest.mark.usefixtures("frozen_clock")
def test_approved_batches_reinstatements_and_older_ones_do_not_count(
    faked: Platform, fake: FakeConnector, bound: int
) -> None:
    applied(faked, bound - 1)
    with clock.moved(seconds=3601):
        applied(faked, bound - 1)
        applied(faked, 10, is_guarded=False)
        applied(faked, 10, kind="reinstate")
    assert not Stop.objects.exists()
    assert len(fake.sent) == 2 * (bound - 1) + 20


def test_a_bound_of_nothing_switches_the_guard_off(
    faked: Platform, fake: FakeConnector, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(settings.CASELOAD, "GUARD_SUSPENSIONS_PER_HOUR", 0)
    applied(faked, 5)
    applied(faked, 5)
    assert len(fake.sent) == 10
