"""Queues: what their filters let through, who works them, and what is kept for somebody in them."""

from datetime import timedelta
from typing import Any

import pytest

from audit.models import Entry
from common import clock
from reviews.errors import QueueOfOthers
from reviews.models import Case, Claim, OpenTotal, Queue
from reviews.selectors import queues, serving, tallies
from reviews.selectors.lanes import Reader
from reviews.services import ahead, claims, handing, intake, tallying
from reviews.services.facts import LegalBasis
from staff.actors import SYSTEM
from staff.choices import Role
from staff.models import Team, User
from tests.cast import Cast, a_case, a_client, a_flag, a_platform, a_policy, an_account, flag_facts
from tests.reviews import naive_queues

pytestmark = pytest.mark.django_db


def served(actor: Any, queue: str = "") -> Case | None:
    claim = claims.claim_next(actor, queue=queue)
    return claim.case if claim else None


# ── filters ──────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("said", "others"),
    [
        ({"languages": ["ar"]}, {}),
        ({"platforms": ["elsewhere"]}, {}),
        ({"severity_from": 4}, {}),
        ({"severity_to": 1, "severity_from": 1}, {"grave": True}),
        ({"protected_classes": ["journalist"]}, {}),
        ({"follower_bands": ["from_10k"]}, {}),
        ({"source_kinds": ["government"]}, {}),
    ],
)
def test_a_queue_serves_what_its_filter_lets_through_and_nothing_else(
    cast: Cast, said: dict[str, Any], others: dict[str, bool]
) -> None:
    queue = Queue.objects.create(slug="one", title="One", **said)
    grave, light = a_policy("grave", severity=4), a_policy("light", severity=1)
    wanted_on = an_account(
        "wanted",
        a_platform("elsewhere"),
        language="ar",
        followers=10_000,
        protected_class="journalist",
    )
    sender = a_client(kind="government")[0]
    wanted = a_flag(sender, wanted_on, policy=(light if others else grave).code).case
    for _ in range(2):
        a_case(an_account(language="en", followers=9_999), policy=(grave if others else light).code)
    assert served(cast.moderator, queue.slug) == wanted
    assert served(cast.moderator, queue.slug) is None


def test_a_queue_by_policy_goes_by_the_gravest_that_is_claimed(cast: Cast) -> None:
    queue = Queue.objects.create(slug="one", title="One")
    queue.policies.add(a_policy("grave", severity=4))
    account = an_account()
    case = a_case(account, policy=a_policy("light", severity=1).code)
    assert served(cast.moderator, queue.slug) is None
    a_flag(account=account, policy="grave")
    assert served(cast.moderator, queue.slug) == case


def test_a_queue_by_age_serves_the_oldest_first(cast: Cast, frozen_clock: Any) -> None:
    queue = Queue.objects.create(slug="old", title="Old", older_than_hours=4)
    oldest = a_case(policy=a_policy("light", severity=1).code)
    with clock.moved(hours=1):
        older = a_case(policy=a_policy("grave", severity=4).code)
    with clock.moved(hours=4):
        assert served(cast.moderator, queue.slug) is None  # four hours is not more than four hours
    with clock.moved(hours=4, seconds=1):
        assert queues.counts_for(cast.moderator, at=clock.now())[0].waiting == 1
    with clock.moved(hours=6):
        assert [served(cast.moderator, queue.slug) for _ in range(3)] == [oldest, older, None]


def test_a_changed_filter_holds_at_once(cast: Cast) -> None:
    queue = Queue.objects.create(slug="one", title="One", languages=["ar"])
    case = a_case()
    assert served(cast.moderator, queue.slug) is None
    queue.languages = ["en"]
    queue.save(update_fields=["languages"])
    assert queues.counts_for(cast.moderator, at=clock.now())[0].waiting == 1
    assert served(cast.moderator, queue.slug) == case


def test_cases_can_be_asked_for_by_queue(cast: Cast, frozen_clock: Any) -> None:
    queue = Queue.objects.create(slug="one", title="One", languages=["ar"], older_than_hours=4)
    wanted = a_case(an_account(language="ar"))
    a_case()
    with clock.moved(hours=5):
        assert list(Case.objects.filter(queues.in_queue(queue, at=clock.now()))) == [wanted]
        assert not Case.objects.filter(queues.in_queue(queue, at=clock.now() - timedelta(hours=2))).exists()


# ── who works it ─────────────────────────────────────────────────────────────────────────────────────────
def test_a_teams_queue_is_its_teams(cast: Cast) -> None:
    team = Team.objects.create(name="Night")
    queue = Queue.objects.create(slug="night", title="Night", team=team)
    case = a_case()
    before = Entry.objects.count()
    with pytest.raises(QueueOfOthers):
        served(cast.moderator, queue.slug)
    assert served(cast.moderator) is None
    assert (Claim.objects.count(), Entry.objects.count()) == (0, before)
    assert queues.counts_for(cast.moderator, at=clock.now()) == []
    User.objects.filter(pk=cast.second_moderator.person().pk).update(team=team)
    cast.second_moderator.person().refresh_from_db()
    assert served(cast.second_moderator) == case


def test_a_case_that_also_stands_in_an_open_queue_is_everybodys(cast: Cast) -> None:
    Queue.objects.create(slug="night", title="Night", team=Team.objects.create(name="Night"))
    Queue.objects.create(slug="everything", title="Everything")
    first, second = a_case(), a_case()
    assert {served(cast.moderator, "everything"), served(cast.moderator)} == {first, second}


def test_a_queue_can_ask_for_a_role(cast: Cast) -> None:
    queue = Queue.objects.create(slug="senior", title="Senior", roles=[Role.SENIOR_MODERATOR])
    case = a_case()
    with pytest.raises(QueueOfOthers):
        served(cast.moderator, queue.slug)
    assert served(cast.senior, queue.slug) == case


def test_whoever_oversees_sees_the_queues_of_others_but_does_not_start_them(cast: Cast) -> None:
    Queue.objects.create(slug="night", title="Night", team=Team.objects.create(name="Night"))
    [row] = queues.counts_for(cast.supervisor, at=clock.now())
    assert not row.is_mine


# ── what is kept for somebody ────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("said", [{}, {"languages": ["en"]}, {"older_than_hours": 4}])
def test_a_queue_passes_over_what_is_kept_for_another_until_it_lapses(
    cast: Cast, frozen_clock: Any, said: dict[str, Any]
) -> None:
    queue = Queue.objects.create(slug="one", title="One", **said)
    kept = a_case(an_account(language="en"), policy=a_policy("grave", severity=4).code)
    free = a_case(an_account(language="en"), policy=a_policy("light", severity=1).code)
    with clock.moved(hours=5):
        handing.hand_over(cast.supervisor, case_id=kept.pk, to="moderator")
        assert [served(cast.second_moderator, queue.slug) for _ in range(2)] == [free, None]
    with clock.moved(hours=9):
        assert served(cast.senior, queue.slug) == kept


@pytest.mark.parametrize("many", [0, 1000])
def test_an_order_is_served_also_when_it_is_kept_for_another(
    cast: Cast, frozen_clock: Any, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr(serving, "MANY_LANES", many)
    queue = Queue.objects.create(slug="one", title="One", languages=["en"])
    basis = LegalBasis(order_id="A", authority="X", deadline=frozen_clock + timedelta(hours=1))
    order, kept = a_case(an_account(language="en"), legal_basis=basis), a_case(an_account(language="en"))
    for case in (order, kept):
        handing.hand_over(cast.supervisor, case_id=case.pk, to="moderator")
    assert [served(cast.second_moderator, queue.slug) for _ in range(2)] == [order, None]


def test_an_order_in_another_queue_does_not_go_before_what_is_kept_for_a_person(cast: Cast, frozen_clock: Any) -> None:
    queue = Queue.objects.create(slug="one", title="One", languages=["ar"])
    basis = LegalBasis(order_id="A", authority="X", deadline=frozen_clock + timedelta(hours=1))
    order, kept = a_case(an_account(language="en"), legal_basis=basis), a_case(an_account(language="ar"))
    handing.hand_over(cast.supervisor, case_id=kept.pk, to="moderator")
    assert served(cast.moderator, queue.slug) == kept
    assert served(cast.moderator) == order


def test_the_case_after_next_comes_from_a_queue_that_is_theirs(cast: Cast) -> None:
    Queue.objects.create(slug="night", title="Night", team=Team.objects.create(name="Night"))
    with pytest.raises(QueueOfOthers):
        ahead.go_on(cast.moderator, queue="night")


# ── counts ───────────────────────────────────────────────────────────────────────────────────────────────
def test_counts_follow_the_review_at_any_moment(cast: Cast, frozen_clock: Any) -> None:
    """Through the services, between sweeps and after them, and with the clock moving."""
    queue = Queue.objects.create(slug="everything", title="Everything")
    sent = [flag_facts(an_account(f"a:{n}", followers=n * 700)) for n in range(6)]
    intake.submit(a_client()[0], sent)
    for hours in (0, 5, 23, 25, 26, 200):
        with clock.moved(hours=hours):
            if hours == 5:
                served(cast.moderator)
                served(cast.senior)
            if hours in (0, 23, 26):
                tallying.add_up()
            if hours == 25:
                claims.end_expired()
            expected = naive_queues.count(queue, clock.now())
            assert tallies.tallies(Reader((), (), None, ""), at=clock.now())[queue.pk] == expected


def test_a_recount_finds_and_mends_what_was_changed_behind_the_triggers(cast: Cast) -> None:
    a_case()
    tallying.add_up()
    assert tallies.differences(at=clock.now()) == 0
    entries = Entry.objects.count()
    OpenTotal.objects.update(cases=5)
    assert tallies.differences(at=clock.now()) == 1
    tallying.rebuild(SYSTEM)
    assert tallies.differences(at=clock.now()) == 0
    assert Entry.objects.count() == entries + 1
