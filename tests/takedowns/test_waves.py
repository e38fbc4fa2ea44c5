"""A wave is held back and let go: at once, whatever its size, and nothing else waits with it."""

from collections.abc import Callable

import pytest
from django.db import transaction

from accounts.models import Platform
from audit.models import Entry
from staff.actors import SYSTEM
from takedowns.models import Attempt, Enforcement, HeldWave
from takedowns.services import dispatch, leasing, sending, waves
from tests.cast import an_account
from tests.conftest import Nudge
from tests.takedowns.builders import a_wish, an_enforcement, requested
from tests.takedowns.conftest import FakeConnector

pytestmark = pytest.mark.django_db
WAVE = "batch:1"


def hold(wave: str = WAVE) -> None:
    with transaction.atomic():
        waves.hold(SYSTEM, wave)


def let_go(wave: str = WAVE) -> None:
    with transaction.atomic():
        waves.let_go(SYSTEM, wave)


def a_wave(platform: Platform, count: int, wave: str = WAVE) -> list[Enforcement]:
    return requested(*(a_wish(an_account(platform=platform), wave=wave) for _ in range(count)))


def test_nothing_of_a_held_wave_leaves(faked: Platform, fake: FakeConnector) -> None:
    a_wave(faked, 3)
    hold()
    assert (dispatch.run_due(), fake.sent) == (0, [])


def test_others_pass_a_held_wave(faked: Platform, fake: FakeConnector) -> None:
    a_wave(faked, 3)
    other, single = a_wave(faked, 1, "batch:2")[0], an_enforcement(an_account(platform=faked))
    hold()
    dispatch.run_due()
    assert {each.id for each in fake.sent} == {other.pk, single.pk}


def test_a_held_wave_leaves_when_it_is_let_go(
    faked: Platform, nudges: list[Nudge], django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    a_wave(faked, 3)
    hold()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        let_go()
    assert nudges == [("takedowns.tasks.dispatch_due", ())]
    assert dispatch.run_due() == 3


def test_what_a_worker_holds_unsent_is_given_back(
    faked: Platform, fake: FakeConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wave is held while the first of ten requests is on its way: that one finishes and is written down."""
    monkeypatch.setattr(sending, "HELD_LOOK_SECONDS", 0.0)
    a_wave(faked, 10)
    looks = iter([False, True])
    held_waves = leasing.held_waves

    def held_before_the_second_look() -> set[str]:
        if next(looks, False):
            hold()
        return held_waves()

    monkeypatch.setattr(leasing, "held_waves", held_before_the_second_look)
    dispatch.run_due()
    assert len(fake.sent) == 1
    assert sorted(Enforcement.objects.values_list("state", "attempts")) == [("applied", 1), *[("retrying", 0)] * 9]
    assert Attempt.objects.count() == 1


def test_holding_twice_is_holding_once(db: None) -> None:
    hold()
    hold()
    let_go()
    let_go()
    assert HeldWave.objects.count() == 0
    assert list(Entry.objects.order_by("pk").values_list("action", "subjects")) == [
        ("wave.held", [WAVE]),
        ("wave.let_go", [WAVE]),
    ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("gesture", [waves.hold, waves.let_go])
def test_a_wave_is_held_in_the_deciding_transaction(gesture: Callable[..., None]) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        gesture(SYSTEM, WAVE)
    assert (HeldWave.objects.count(), Entry.objects.count()) == (0, 0)
