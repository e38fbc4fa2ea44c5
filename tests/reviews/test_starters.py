"""What a new installation starts with."""

import pytest

from audit.models import Entry
from common.errors import NotAllowed
from reviews.models import Policy, Queue
from reviews.sample import starter_policies
from reviews.services import policies
from staff.actors import operator
from tests.cast import Cast, a_policy


@pytest.mark.django_db
def test_twelve_policies_and_their_queues_are_installed_once() -> None:
    first, second = policies.install_starters(operator()), policies.install_starters(operator())
    assert (first, second) == (Policy.objects.count() + Queue.objects.count(), 0)
    assert Policy.objects.count() == 12
    assert Entry.objects.filter(action__in=["policy.installed", "queue.installed"]).count() == first


@pytest.mark.django_db
def test_a_policy_that_people_changed_stays() -> None:
    a_policy("impersonation", title="Ours")
    policies.install_starters(operator())
    assert Policy.objects.get(code="impersonation").title == "Ours"


@pytest.mark.django_db
def test_a_moderator_installs_nothing(cast: Cast) -> None:
    entries = Entry.objects.count()
    with pytest.raises(NotAllowed):
        policies.install_starters(cast.moderator)
    assert (Policy.objects.count(), Entry.objects.count()) == (0, entries)


@pytest.mark.parametrize("policy", starter_policies(), ids=lambda policy: str(policy["code"]))
def test_a_starter_policy_is_whole(policy: dict[str, object]) -> None:
    guidance = str(policy["guidance"])
    assert guidance.startswith("Suspend when")
    assert "\nKeep if " in guidance
    assert " a supervisor" in guidance.splitlines()[-1]
    assert 2 <= len(policy["reasons"]) <= 3  # type: ignore[arg-type]
    assert len(policy["reasons_by_language"]["ar"]) == len(policy["reasons"])  # type: ignore[index, arg-type]
    assert str(policy["statement_category"]).startswith("STATEMENT_CATEGORY_")
