"""Claims: a hundred moderators who claim and decide at once, out of a backlog of `size`; and what counting it costs.

Each moderator is a thread with a connection of its own. At our end it claims with the service behind page and API, at
the raw end with one statement that locks (SKIP LOCKED), leases and logs the first of all waiting cases. What follows is
the same at both ends: the case is decided by our service. The moderators of our end read two languages of eight each.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import product
from statistics import median
from threading import Barrier
from uuid import UUID

from django.db import connection, transaction

from common import clock
from reviews.models import Policy
from reviews.rules.lanes import LaneFacts
from reviews.selectors import queues
from reviews.services import claims, decisions, lanes, policies, tallying
from reviews.services.facts import Verdict
from staff.actors import Actor, operator
from tests.benchmarks.measuring import Row, check_equal, left_by, p99_ms, raw, raw_rows, seconds
from tests.cast import a_person, a_platform

Taken = tuple[UUID, str]  # a case, and the token of the claim on it
MODERATORS = 100
CLAIMS = 20  # of each moderator, when nobody decides
MIXED = 10  # of each, when each claim is decided
COUNTS = 20
PER_STATEMENT = 100_000
SMALL = 10_000  # the backlog that the counts are compared with
POLICIES = ("coordinated_inauthentic_behaviour", "impersonation", "bulk_posting", "incitement_to_hatred", "harassment")
LANGUAGES = ("en", "ru", "de", "ar", "es", "fr", "uk", "")
KINDS = ("user_report", "automated", "trusted_flagger")
BANDS = ("under_1k", "from_1k")


def measure(size: int) -> list[Row]:
    """The figures of `claim` with `size` cases waiting."""
    policies.install_starters(operator())
    _make_lanes()
    overseer = a_person("overseer", languages=[])
    _fill(0, min(size, SMALL))
    small = _counting(overseer)
    _fill(min(size, SMALL), size)
    counted, raw_counted = _counting(overseer), _median_ms(lambda: raw("queue_counts"))
    people = [
        a_person(f"moderator{n}", languages=[LANGUAGES[n % 7], LANGUAGES[(n + 3) % 7]]) for n in range(MODERATORS)
    ]
    ours, theirs = _both(people, CLAIMS, deciding=False)
    ours_mixed, theirs_mixed = _both(people, MIXED, deciding=True)
    return [
        Row("claims_per_second", "claims/s", ours.per_second, theirs.per_second),
        Row("claim_next_p99_ms", "ms", p99_ms(ours_mixed.samples), p99_ms(theirs_mixed.samples)),
        Row("queue_counts_ms", "ms", counted, raw_counted),
        Row("queue_counts_at_10k_ms", "ms", small),
    ]


@dataclass
class Run:
    """What the moderators did together: the seconds of each claim, and the claims per second of the whole run."""

    samples: list[float]
    per_second: float


def _both(people: list[Actor], each: int, *, deciding: bool) -> tuple[Run, Run]:
    """`each` claims of every moderator at our end, then at the raw one; both left equal rows, and no case twice."""
    runs, left = [], []
    for take in (_claim, _raw_claim):
        took: list[tuple[Taken, float]] = []
        passed, rows = left_by(lambda take=take, took=took: took.extend(_at_once(people, each, take, deciding)))  # type: ignore[misc]
        assert len({case_id for (case_id, _), _ in took}) == len(people) * each, "a case was served twice"
        runs.append(Run([sample for _, sample in took], len(took) / passed))
        left.append(rows)
    check_equal(*left)
    return runs[0], runs[1]


def _at_once(
    people: list[Actor], each: int, take: Callable[[Actor], Taken], deciding: bool
) -> list[tuple[Taken, float]]:
    barrier = Barrier(len(people))
    with ThreadPoolExecutor(len(people)) as threads:
        work = [threads.submit(_one_moderator, barrier, person, each, take, deciding) for person in people]
        return [one for done in work for one in done.result()]


def _one_moderator(
    barrier: Barrier, person: Actor, each: int, take: Callable[[Actor], Taken], deciding: bool
) -> list[tuple[Taken, float]]:
    """One moderator's claims, each with its seconds, decided or left lying."""
    done = []
    try:
        connection.ensure_connection()
        barrier.wait()
        for _ in range(each):
            started = time.perf_counter()
            taken = take(person)
            done.append((taken, time.perf_counter() - started))
            if deciding:
                decisions.decide_one(person, _verdict(taken))
    finally:
        connection.close()
    return done


def _claim(person: Actor) -> Taken:
    claim = claims.claim_next(person)
    assert claim is not None
    return claim.case_id, claim.token


def _raw_claim(person: Actor) -> Taken:
    [(case_id, token)] = raw_rows("claim", holder=person.person().pk)
    return case_id, token


def _verdict(taken: Taken) -> Verdict:
    case_id, token = taken
    return Verdict(
        case_id=case_id, token=token, evidence_version=1, outcome="suspend", policy=POLICIES[0], reason="The same text."
    )


def _make_lanes() -> None:
    """All lanes of the backlog; the last one takes a thousandth of it."""
    platform = a_platform()
    known = Policy.objects.in_bulk(POLICIES, field_name="code")
    made = [
        LaneFacts(platform.pk, known[code].pk, language, (kind,), "", band, ())
        for code, language, kind, band in product(POLICIES, LANGUAGES, KINDS, BANDS)
    ]
    rare = LaneFacts(platform.pk, known[POLICIES[0]].pk, "sr", ("government",), "", BANDS[0], ())
    with transaction.atomic():
        lanes.ids_of([*made, rare])


def _fill(first: int, upto: int) -> None:
    for start in range(first, upto, PER_STATEMENT):
        raw("waiting", first=start, last=min(start + PER_STATEMENT, upto) - 1)
    tallying.add_up()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")  # what filling left to write is no part of the figures


def _counting(person: Actor) -> float:
    """Milliseconds for the counts of the first page."""
    return _median_ms(lambda: queues.counts_for(person, at=clock.now()))


def _median_ms(work: Callable[[], object]) -> float:
    work()
    return 1000 * median(seconds(work) for _ in range(COUNTS))
