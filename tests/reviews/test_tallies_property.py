"""After any history, with sweeps at any moments, whole or broken off, each queue is counted as a naive recount does."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Account
from common import clock
from common.ids import new_id
from reviews.models import Case, Lane, Policy, Queue
from reviews.rules.lanes import AGE_STEPS, LaneFacts
from reviews.selectors.lanes import Reader
from reviews.selectors.tallies import tallies
from reviews.services import lanes, tallying
from staff.actors import SYSTEM
from tests.cast import a_platform, a_policy, an_account
from tests.conftest import NOON
from tests.reviews import naive_queues

pytestmark = pytest.mark.django_db
STATES = ["waiting", "claimed", "held", "escalated", "second_look", "decided", "closed"]
HOURS = [0, 1, 3, 5, 23, 25, 80, 200]
small = st.integers(0, 7)
GESTURES = ["open", "move", "relane", "redue", "refilter", "drop", "wait", "sweep", "stop", "break", "rebuild"]
STEP = st.tuples(
    st.sampled_from([*GESTURES, "open", "move", "sweep"]),
    small,
    small,
    small,
    st.integers(0, 400),
)


class Broken(Exception):
    """The worker died here."""


@dataclass
class World:
    """Some cases in some lanes, and two queues."""

    accounts: list[Account]
    lanes: list[Lane]
    queues: list[Queue]
    policies: list[Policy]
    at: datetime = NOON
    cases: list[UUID] = field(default_factory=list)

    def play(self, gesture: str, a: int, b: int, c: int, minutes: int) -> None:
        """One gesture of the history; those on a case do nothing while there is none."""
        on_case = {"move": self._move, "relane": self._relane, "redue": self._redue}
        others: dict[str, Callable[[int, int, int], None]] = {
            "open": self._open,
            "refilter": self._refilter,
            "drop": self._drop,
            "wait": lambda a, b, c: self._wait(minutes),
            "sweep": lambda a, b, c: self._sweep(),
            "stop": lambda a, b, c: self._stop(),
            "break": lambda a, b, c: self._break(),
            "rebuild": lambda a, b, c: tallying.rebuild(SYSTEM),
        }
        with clock.frozen(self.at):
            if gesture in others:
                others[gesture](a, b, c)
            elif self.cases:
                on_case[gesture](self.cases[a % len(self.cases)], b, c)

    def _open(self, a: int, b: int, c: int) -> None:
        made = [
            Case(
                id=new_id(),
                account=self.accounts[(len(self.cases) + number) % len(self.accounts)],
                platform=self.accounts[0].platform,
                policy=self.policies[0],
                lane=self.lanes[(a + number) % len(self.lanes)],
                state="closed",
                closed_at=self.at,
                opened_at=self.at - timedelta(hours=HOURS[b]),
                due_at=self.at + timedelta(hours=HOURS[c] - 24),
                serving_order=0,
            )
            for number in range(1 + c % 3)
        ]
        Case.objects.bulk_create(made)
        for case in made:
            self.cases.append(case.pk)
            self._move(case.pk, 0, 0)

    def _move(self, case_id: UUID, b: int, c: int) -> None:
        state = STATES[b % len(STATES)]
        is_open = state in naive_queues.OPEN
        case = Case.objects.get(pk=case_id)
        is_busy = Case.objects.filter(account=case.account_id, state__in=naive_queues.OPEN).exclude(pk=case_id).exists()
        if not (is_open and is_busy):
            Case.objects.filter(pk=case_id).update(state=state, closed_at=None if is_open else self.at)

    def _relane(self, case_id: UUID, b: int, c: int) -> None:
        Case.objects.filter(pk=case_id).update(lane=self.lanes[b % len(self.lanes)])

    def _redue(self, case_id: UUID, b: int, c: int) -> None:
        Case.objects.filter(pk=case_id).update(due_at=self.at + timedelta(minutes=30 * (b - c)))

    def _refilter(self, a: int, b: int, c: int) -> None:
        queue = self.queues[a % 2]
        queue.policies.set(self.policies[: b % 3])
        queue.severity_from, queue.severity_to = (2, 4) if c % 2 else (1, 4)
        queue.languages = [[], ["en"], ["de", ""]][b % 3]
        queue.source_kinds = [[], ["government"]][c % 2]
        queue.follower_bands = [[], ["under_1k"], ["unknown", "from_1m"]][a % 3]
        queue.protected_classes = [[], [""], ["journalist"]][(a + c) % 3]
        queue.older_than_hours = [None, None, *AGE_STEPS][b % 6]
        queue.save()

    def _drop(self, a: int, b: int, c: int) -> None:
        if self.cases:
            Case.objects.filter(pk=self.cases.pop(a % len(self.cases))).delete()

    def _wait(self, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)

    def _sweep(self) -> None:
        assert tallying.add_up() >= 0

    def _stop(self) -> None:
        """A sweep that dies after its first transaction."""
        tallying._add_up(self.at)

    def _break(self) -> None:
        with pytest.raises(Broken):
            _sweep_and_die()


@transaction.atomic
def _sweep_and_die() -> None:
    """A sweep whose worker dies before it commits."""
    tallying.add_up()
    raise Broken


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(tallying, "AT_ONCE", 3)  # a sweep is several transactions
    platform = a_platform()
    policies = [a_policy("low", severity=1), a_policy("high", severity=4)]
    facts = [
        LaneFacts(platform.pk, policies[n % 2].pk, language, kinds, protected, band, needs)
        for n, (language, kinds, protected, band, needs) in enumerate(
            [
                ("en", ("government",), "", "under_1k", ()),
                ("de", ("automated", "government"), "journalist", "from_1m", ()),
                ("", ("automated",), "", "unknown", ()),
                ("en", ("automated",), "journalist", "under_1k", ("child_safety",)),
            ]
        )
    ]
    ids = lanes.ids_of(facts)
    return World(
        accounts=[an_account(f"account:{n}", platform) for n in range(4)],
        lanes=[Lane.objects.get(pk=ids[one]) for one in facts],
        queues=[Queue.objects.create(slug=slug, title=slug) for slug in ("one", "two")],
        policies=policies,
    )


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(STEP, min_size=1, max_size=25))
def test_each_queue_is_counted_as_a_naive_recount_does(world: World, history) -> None:
    with transaction.atomic():
        played = World(world.accounts, world.lanes, world.queues, world.policies)
        for step in history:
            played.play(*step)
        for languages, clearances in (([], ["child_safety"]), (["en"], [])):
            found = tallies(Reader(tuple(languages), tuple(clearances), None, ""), at=played.at)
            for queue in Queue.objects.all():
                expected = naive_queues.count(queue, played.at, languages=languages, clearances=clearances)
                assert found[queue.pk] == expected
        transaction.set_rollback(True)
