"""Many people at once on PostgreSQL: no case is served twice, nobody deadlocks, and what always holds, holds."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from audit.models import Entry
from common.errors import DomainError
from reviews.choices import OPEN_CASE
from reviews.models import Case, Claim, Decision, Escalation, Hold, Queue
from reviews.services import claims, decisions, escalations, handing, holding, intake, proposals, undoing
from staff.actors import Actor
from takedowns.choices import Kind
from takedowns.models import Enforcement
from tests.cast import Cast, a_case, a_cast, a_flag, a_person, a_verdict, an_account, flag_facts

pytestmark = pytest.mark.django_db(transaction=True)
CASES = 12
Move = Callable[[Actor, Case, random.Random], Any]


def at_once(threads: int, work: Callable[[int], Any]) -> list[Any]:
    """What `work` returns for each number, each on a connection of its own, begun at the same moment."""
    start = Barrier(threads)

    def run(number: int) -> Any:
        try:
            start.wait(30)
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, range(threads)))


def token_of(actor: Actor, case: Case) -> str:
    live = Claim.objects.filter(case=case, ended_at=None, holder=actor.person()).first()
    return live.token if live else "none"


def held(actor: Actor, case: Case) -> dict[str, Any]:
    return {"case_id": case.pk, "token": token_of(actor, case)}


def decide(actor: Actor, case: Case, dice: random.Random) -> Any:
    live = Claim.objects.filter(case=case, ended_at=None).select_related("case").first()
    return live and decisions.decide_one(actor, a_verdict(live, dice.choice(["suspend", "keep"])))


def newest(case: Case) -> UUID:
    row = Decision.objects.filter(account=case.account_id).order_by("-decided_at").first()
    return row.pk if row else case.pk


MOVES: list[Move] = [
    lambda actor, case, dice: claims.claim_next(actor),
    lambda actor, case, dice: claims.claim_next(actor),
    lambda actor, case, dice: claims.claim(actor, case_id=case.pk),
    lambda actor, case, dice: claims.renew(actor, **held(actor, case)),
    lambda actor, case, dice: claims.release(actor, **held(actor, case)),
    lambda actor, case, dice: claims.skip(actor, **held(actor, case)),
    lambda actor, case, dice: holding.hold(actor, **held(actor, case), reason="Later."),
    lambda actor, case, dice: escalations.escalate(actor, **held(actor, case), queue="hard", question="What?"),
    lambda actor, case, dice: escalations.answer(actor, case_id=case.pk, text="It is."),
    lambda actor, case, dice: handing.hand_over(actor, case_id=case.pk, to=dice.choice(["moderator", "moderator2"])),
    lambda actor, case, dice: handing.take_back(actor, case_id=case.pk),
    decide,
    decide,
    lambda actor, case, dice: proposals.approve(actor, decision_id=newest(case)),
    lambda actor, case, dice: proposals.refuse(actor, decision_id=newest(case), reason="No."),
    lambda actor, case, dice: undoing.undo(actor, decision_id=newest(case)),
    lambda actor, case, dice: a_flag(actor, case.account),
    lambda actor, case, dice: (claims.end_expired(), holding.end_due(), decisions.make_effective()),
]
FLAGS = 16  # the move that a client makes


def play(threads: int, moves: int) -> Counter[str]:
    """Random moves from `threads` people on the same few cases. Returns how many succeeded and were refused."""
    cast: Cast = a_cast()
    Queue.objects.create(slug="hard", title="Hard")
    cases = [a_case(an_account(protected_class="minor" if n % 3 == 0 else "")) for n in range(CASES)]
    cases = list(Case.objects.select_related("account__platform").filter(pk__in=[case.pk for case in cases]))
    people = [cast.moderator, cast.second_moderator, cast.senior, cast.supervisor]

    def work(number: int) -> Counter[str]:
        dice, told = random.Random(number), Counter[str]()
        for _ in range(moves):
            chosen = dice.randrange(len(MOVES))
            actor = cast.client if chosen == FLAGS else people[number % len(people)]
            try:
                MOVES[chosen](actor, dice.choice(cases), dice)
                told["done"] += 1
            except DomainError:
                told["refused"] += 1
        return told

    return sum(at_once(threads, work), Counter())


def faults() -> Iterator[str]:
    """Whatever doesn't hold that always must."""
    live = set(Claim.objects.filter(ended_at=None).values_list("case", flat=True))
    by_state = {
        "claimed": live,
        "held": set(Hold.objects.filter(ended_at=None).values_list("case", flat=True)),
        "escalated": set(Escalation.objects.filter(closed_at=None).values_list("case", flat=True)),
        "second_look": set(Decision.objects.filter(state="proposed").values_list("case", flat=True)),
    }
    for state, told in by_state.items():
        if set(Case.objects.filter(state=state).values_list("pk", flat=True)) != told:
            yield f"what is {state} isn't what its rows say"
    accounts = Counter(Case.objects.filter(state__in=OPEN_CASE).values_list("account", flat=True))
    if max(accounts.values(), default=0) > 1:
        yield "an account has two open cases"
    settled = {row.cause for row in Decision.objects.filter(outcome="suspend", effective_at__isnull=False)}
    if set(Enforcement.objects.filter(kind=Kind.SUSPEND).values_list("cause", flat=True)) != settled:
        yield "the ledger doesn't hold the settled suspensions"
    if Decision.objects.filter(needs__len__gt=0, approver=None).exclude(state__in=["proposed", "undone"]).exists():
        yield "a suspension stands without its second person"
    for action, rows in (("case.held", Hold), ("case.escalated", Escalation)):
        if Entry.objects.filter(action=action).count() != rows.objects.count():
            yield f"the log has another number of {action}"
    logged = Entry.objects.filter(action__in=["decision.made", "decision.proposed"]).count()
    if logged != Decision.objects.count():
        yield "the log has another number of decisions"
    if Entry.objects.filter(action="case.claimed").count() != Claim.objects.count():
        yield "the log has another number of claims"


def test_thirty_two_people_at_once_break_nothing() -> None:
    told = play(threads=32, moves=30)
    assert list(faults()) == []
    assert told["done"] > 32


@pytest.mark.machine_long
def test_thirty_two_people_for_long_break_nothing() -> None:
    play(threads=32, moves=400)
    assert list(faults()) == []


def work_off(count: int, threads: int) -> None:
    """`threads` people claim and decide `count` cases, and each is served and decided once."""
    cast: Cast = a_cast()
    people = [a_person(f"worker-{number}") for number in range(threads)]
    for start in range(0, count, 1000):
        intake.submit(cast.client, [flag_facts() for _ in range(min(1000, count - start))])
    assert Case.objects.filter(state="waiting").count() == count

    def work(number: int) -> int:
        decided = 0
        while claim := claims.claim_next(people[number]):
            decisions.decide_one(people[number], a_verdict(claim, "keep"))
            decided += 1
        return decided

    decided = at_once(threads, work)
    assert sum(decided) == count
    assert Claim.objects.count() == Decision.objects.values("case").distinct().count() == count
    assert Case.objects.exclude(state="decided").count() == 0


def test_sixteen_people_work_off_a_queue_and_no_case_is_served_twice() -> None:
    work_off(count=400, threads=16)


@pytest.mark.machine_long
def test_sixteen_people_work_off_two_thousand_cases() -> None:
    work_off(count=2000, threads=16)
