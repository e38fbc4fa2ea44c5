"""For any mix of flags, stored and ranked in earnest: a flood leaves the others' cases where they were, or higher."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common import clock
from reviews.models import Case, Policy, Source
from reviews.rules import flood
from reviews.services import flooding, intake
from staff.actors import Actor
from tests.cast import a_cast, a_client, a_policy, an_account, flag_facts
from tests.conftest import NOON

pytestmark = pytest.mark.django_db
FLOOR = 12
ACCOUNTS = 6  # those that others may flag; the flood flags these and as many of its own
SEVERITY = st.integers(1, 4)
OTHERS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, ACCOUNTS - 1), SEVERITY), min_size=1, max_size=12)
FLOODED = st.lists(st.tuples(st.integers(0, 2 * ACCOUNTS - 1), SEVERITY), min_size=FLOOR + 1, max_size=30)


def send(flagger: Actor, flags: list[tuple[str, int]]) -> None:
    """Flags on accounts (by external id), each under a policy of that severity."""
    answers = intake.submit(
        flagger, [flag_facts(an_account(name), policy=f"severity-{severity}") for name, severity in flags]
    )
    assert all(answer.is_new for answer in answers)


def orders() -> dict[str, float]:
    return dict(Case.objects.values_list("account__external_id", "serving_order"))


def gravest() -> dict[str, int]:
    return dict(Case.objects.values_list("account__external_id", "policy__severity"))


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> tuple[list[Actor], Actor, Actor]:
    """Three sources, one that will flood, and the system."""
    monkeypatch.setattr(flood, "FLOOR", FLOOR)
    monkeypatch.setattr(Source._meta.get_field("hourly_bound"), "default", FLOOR)
    for severity in range(1, 5):
        a_policy(f"severity-{severity}", severity=severity)
    assert Policy.objects.count() == 4
    return [a_client()[0] for _ in range(3)], a_client()[0], a_cast().system


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(others=OTHERS, flooded=FLOODED)
def test_a_flood_leaves_the_others_where_they_were(world, others, flooded) -> None:
    sources, flooder, system = world
    with clock.frozen(NOON), transaction.atomic():
        for number, source in enumerate(sources):
            send(source, [(f"account:{account}", severity) for by, account, severity in others if by == number])
        before, claimed = orders(), gravest()
        with clock.moved(minutes=1):
            send(flooder, [(f"account:{account}", severity) for account, severity in flooded])
            assert flooding.watch(system) == 1
        after = orders()
        alone = {name: order for name, order in after.items() if name not in before}
        assert all(after[name] >= order for name, order in before.items())
        severities = gravest()
        for name, severity in claimed.items():
            assert all(after[name] > order for other, order in alone.items() if severities[other] <= severity)
        places = sorted(before, key=lambda name: -before[name])
        if not any(account < ACCOUNTS for account, _severity in flooded):
            assert sorted(before, key=lambda name: -after[name]) == places
        transaction.set_rollback(True)
