"""Four at once claim and decide 200 cases through PostgreSQL, each over a connection of its own, over HTTP."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from audit.models import Entry
from reviews.choices import CaseState, Outcome
from reviews.models import Case, Claim, Decision, Flag
from takedowns.models import Enforcement
from tests.calls import Api, a_decision_body, a_flag_body
from tests.cast import Cast, a_cast

CASES = 200
WORKERS = ["moderator", "moderator2", "senior", "supervisor"]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """The cast, committed: every thread sees it."""
    return a_cast()


def work(key: str, staff: str) -> list[tuple[str, str]]:
    """Claim and decide until nothing waits. Returns (case, outcome) of what was decided."""
    api = Api(key)
    done: list[tuple[str, str]] = []
    try:
        while (taken := api.post("/queue/next", {"staff": staff})).status == 200:
            outcome = "keep" if len(done) % 4 == 3 else "suspend"
            case = taken.body["case"]["id"]
            answer = api.post(f"/cases/{case}/decision", a_decision_body(taken.body, outcome, staff=staff))
            assert answer.status == 201, answer.body
            done.append((case, outcome))
    finally:
        connections.close_all()
    return done


def test_none_twice_none_lost_and_everything_told(cast: Cast) -> None:
    sent = Api(cast.key).post("/flags/bulk", [a_flag_body(f"ira:{number}") for number in range(CASES)])
    assert sent.body["accepted"] == CASES

    with ThreadPoolExecutor(len(WORKERS)) as pool:
        done = [pair for shift in pool.map(work, [cast.key] * 4, WORKERS) for pair in shift]

    assert Counter(case for case, _ in done) == {str(pk): 1 for pk in Case.objects.values_list("pk", flat=True)}
    assert len(done) == CASES
    assert set(Case.objects.values_list("state", flat=True)) == {CaseState.DECIDED}
    assert set(Flag.objects.values_list("state", flat=True)) == {"agreed", "disagreed"}
    assert Claim.objects.filter(ended_as="decided").count() == Claim.objects.count() == CASES

    decisions = dict(Decision.objects.values_list("pk", "outcome"))
    assert Counter(decisions.values()) == Counter(outcome for _, outcome in done)
    told = [entry.subjects[0] for entry in Entry.objects.filter(action="decision.made")]
    assert sorted(told) == sorted(f"decision:{pk}" for pk in decisions)
    assert Entry.objects.filter(action="case.claimed").count() == CASES
    causes = list(Enforcement.objects.values_list("cause", flat=True))
    assert sorted(causes) == sorted(f"decision:{pk}" for pk, outcome in decisions.items() if outcome == Outcome.SUSPEND)
