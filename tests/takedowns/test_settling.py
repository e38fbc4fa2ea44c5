"""Lost leases, and asking the platform about what is unknown."""

from dataclasses import replace
from datetime import timedelta

import pytest

from accounts.models import Platform
from audit.models import Entry
from common import clock
from common.ids import new_id
from takedowns.choices import Standing
from takedowns.connectors import Look
from takedowns.models import Attempt, Enforcement
from takedowns.services import leasing, limits, recovery, settling
from tests.cast import a_platform, an_account
from tests.takedowns.builders import an_enforcement, in_state
from tests.takedowns.conftest import FakeConnector

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _stand_still(frozen_clock: object) -> None:
    """Time moves only where a test says so."""


def now_of(row: Enforcement) -> Enforcement:
    return Enforcement.objects.get(pk=row.pk)


def told(row: Enforcement) -> list[str]:
    entries = Entry.objects.filter(subjects__contains=[f"enforcement:{row.pk}"]).order_by("pk")
    return [entry.action.removeprefix("enforcement.") for entry in entries]


def an_unknown(platform: Platform, kind: str = "suspend", *, settles_in: float = 10) -> Enforcement:
    """Unknown since now; "not done" counts after `settles_in` seconds; to be asked about now."""
    row = in_state(an_enforcement(an_account(platform=platform), kind), "unknown")
    row.unknown_since_at = row.next_attempt_at = clock.now()
    row.settle_after_at = clock.now() + timedelta(seconds=settles_in)
    row.attempts = 1
    row.save()
    return row


def test_a_lost_lease_makes_it_unknown(faked: Platform, fake: FakeConnector) -> None:
    row = an_enforcement(an_account(platform=faked))
    leasing.lease(faked, new_id(), limit=5, seconds=30)
    with clock.moved(seconds=31):
        assert recovery.recover_lost() == 1
        after = now_of(row)
        assert (after.state, after.lease, after.attempts) == ("unknown", None, 1)
        assert after.settle_after_at == clock.now() + timedelta(seconds=10)


def test_a_live_lease_is_left_alone(faked: Platform, fake: FakeConnector) -> None:
    row = an_enforcement(an_account(platform=faked))
    leasing.lease(faked, new_id(), limit=5, seconds=30)
    with clock.moved(seconds=29):
        assert (recovery.recover_lost(), now_of(row).state) == (0, "sending")


def test_without_a_connector_nobody_trusts_a_quick_answer() -> None:
    platform = a_platform("unreachable", connector="nobody-wrote-it")
    row = an_enforcement(an_account(platform=platform))
    leasing.lease(platform, new_id(), limit=5, seconds=30)
    with clock.moved(seconds=31):
        recovery.recover_lost()
        assert now_of(row).settle_after_at == clock.now() + timedelta(hours=1)


@pytest.mark.parametrize(
    ("kind", "standing", "seconds", "state"),
    [
        ("suspend", "suspended", 0, "applied"),
        ("suspend", "suspended", 11, "applied"),
        ("suspend", "active", 9.9, "unknown"),
        ("suspend", "active", 10, "retrying"),
        ("suspend", "unclear", 11, "unknown"),
        ("suspend", "no_account", 9, "unknown"),
        ("suspend", "no_account", 11, "retrying"),
        ("reinstate", "active", 0, "applied"),
        ("reinstate", "suspended", 9, "unknown"),
        ("reinstate", "suspended", 11, "retrying"),
    ],
)
def test_what_the_platform_says_settles_it(
    faked: Platform, fake: FakeConnector, kind: str, standing: str, seconds: float, state: str
) -> None:
    row = an_unknown(faked, kind)
    fake.standing = Standing(standing)
    with clock.moved(seconds=seconds):
        assert settling.settle_unknown() == 1
    assert now_of(row).state == state


def test_a_confirmed_one_is_told_and_not_sent(faked: Platform, fake: FakeConnector) -> None:
    row = an_unknown(faked)
    fake.standing = Standing.SUSPENDED
    settling.settle_unknown()
    after = now_of(row)
    assert (after.applied_at, after.attempts, after.error) == (clock.now(), 1, "")
    assert (told(row), fake.sent) == (["requested", "applied"], [])
    look = Attempt.objects.get(enforcement=row)
    assert (look.is_look_up, look.number, look.outcome) == (True, 1, "already")


def test_one_that_did_not_take_effect_is_due_at_once(faked: Platform, fake: FakeConnector) -> None:
    row = an_unknown(faked, settles_in=0)
    fake.standing = Standing.ACTIVE
    settling.settle_unknown()
    assert (now_of(row).next_attempt_at, told(row)[-1]) == (clock.now(), "retrying")


def test_one_that_did_not_take_effect_and_was_reversed_is_over(faked: Platform, fake: FakeConnector) -> None:
    row = an_unknown(faked, settles_in=0)
    an_enforcement(row.account, "reinstate")
    fake.standing = Standing.ACTIVE
    settling.settle_unknown()
    assert now_of(row).state == "superseded"


def test_the_question_that_counts_is_put_when_it_begins_to_count(faked: Platform, fake: FakeConnector) -> None:
    row, asked_at = an_unknown(faked), [clock.now()]
    fake.standing = Standing.ACTIVE
    while now_of(row).state == "unknown":
        asked_at.append(now_of(row).next_attempt_at)
        with clock.frozen(asked_at[-1]):
            settling.settle_unknown()
    assert (asked_at[-1], len(asked_at)) == (now_of(row).settle_after_at, len(fake.looked_up) + 1)
    assert 4 <= len(fake.looked_up) <= 12


def test_it_is_not_asked_about_again_at_once(faked: Platform, fake: FakeConnector) -> None:
    an_unknown(faked)
    assert (settling.settle_unknown(), settling.settle_unknown()) == (1, 0)


def test_a_look_that_fails_is_no_answer(faked: Platform, fake: FakeConnector, monkeypatch: pytest.MonkeyPatch) -> None:
    row = an_unknown(faked, settles_in=0)

    def broken(external_id: str) -> Look:
        raise RuntimeError("a bug")

    monkeypatch.setattr(fake, "look_up", broken)
    settling.settle_unknown()
    assert now_of(row).state == "unknown"


def test_where_nobody_can_be_asked_it_stays_for_a_person(faked: Platform, fake: FakeConnector) -> None:
    fake.capabilities = replace(fake.capabilities, can_be_asked=False)
    row = an_unknown(faked, settles_in=0)
    assert (settling.settle_unknown(), now_of(row).state, fake.looked_up) == (0, "unknown", [])


def test_where_nobody_can_be_asked_an_idempotent_platform_gets_it_again(faked: Platform, fake: FakeConnector) -> None:
    fake.capabilities = replace(fake.capabilities, can_be_asked=False, is_idempotent=True)
    row = an_unknown(faked)
    settling.settle_unknown()
    assert now_of(row).state == "retrying"


def test_an_idempotent_platform_that_says_nothing_gets_it_again_once_it_is_settled(
    faked: Platform, fake: FakeConnector
) -> None:
    fake.capabilities = replace(fake.capabilities, is_idempotent=True)
    early, late = an_unknown(faked), an_unknown(faked, settles_in=0)
    assert settling.settle_unknown() == 2
    assert (now_of(early).state, now_of(late).state) == ("unknown", "retrying")


def test_more_than_are_asked_about_at_once_are_all_asked_about(faked: Platform, fake: FakeConnector) -> None:
    fake.standing = Standing.SUSPENDED
    rows = [an_unknown(faked) for _ in range(settling.LOOKS_AT_ONCE + 1)]
    assert settling.settle_unknown() == len(rows)
    assert {now_of(row).state for row in rows} == {"applied"}


def test_a_paused_platform_is_not_asked(faked: Platform, fake: FakeConnector) -> None:
    an_unknown(faked)
    limits.pause(faked.pk, 30)
    assert (settling.settle_unknown(), fake.looked_up) == (0, [])


def test_a_look_asking_for_a_pause_pauses_the_platform(
    faked: Platform, fake: FakeConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_unknown(faked)
    monkeypatch.setattr(fake, "look_up", lambda external_id: Look(Standing.UNCLEAR, 429, "HTTP 429", 20))
    settling.settle_unknown()
    assert limits.paused_seconds(faked.pk) > 15


def test_an_answer_that_comes_after_somebody_settled_it_is_dropped(faked: Platform, fake: FakeConnector) -> None:
    row = an_unknown(faked, settles_in=0)
    claimed_until = clock.now() + timedelta(seconds=30)
    [claimed] = settling._claim(faked, claimed_until)
    in_between = now_of(row)
    in_between.state, in_between.applied_at = "applied", clock.now()
    in_between.save()
    asked = settling._Asked(claimed, clock.now(), Look(Standing.ACTIVE, 200), is_idempotent=False)
    assert settling._write([asked], claimed_until) == 0
    assert (now_of(row).state, Attempt.objects.count()) == ("applied", 0)
