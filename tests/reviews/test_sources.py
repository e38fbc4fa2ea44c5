"""Sources as supervisors see them, trusted flaggers, and what is done about misuse."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from audit.models import Entry
from common import clock
from common.errors import Conflict, Invalid, NotAllowed, NotFound
from common.ids import new_id
from reviews.models import Flag, Source
from reviews.rules import misuse as rules
from reviews.rules import trust
from reviews.selectors import source_pages
from reviews.selectors import trust as trusted
from reviews.services import awards, misuse
from reviews.services.awards import AwardSaid
from staff.actors import Actor, operator
from staff.choices import SourceKind
from staff.models import Organisation
from staff.services import clients, organisations
from tests.calls import nothing_happens
from tests.cast import Cast, a_client, a_decision, a_flag, a_policy
from tests.conftest import NOON

pytestmark = pytest.mark.django_db


def a_source(flagger: Actor | None = None) -> Source:
    return Source.objects.get(pk=a_flag(flagger).source_id)


def an_organisation() -> Organisation:
    return organisations.known_or_entered(operator(), "A research group")


def an_award(**said: object) -> AwardSaid:
    usual = {
        "awarded_by": "A coordinator",
        "awarded_on": date(2026, 1, 1),
        "ends_on": None,
        "policies": [a_policy().code],
        "categories": [],
    }
    return AwardSaid(**(usual | said))  # type: ignore[arg-type]


# ── trusted flaggers ─────────────────────────────────────────────────────────────────────────────────────
def a_trusted_flagger(name: str = "Flagger", **said: object) -> tuple[Actor, Organisation]:
    flagger = a_client(name, SourceKind.TRUSTED_FLAGGER)[0]
    clients.change(operator(), name=name, organisation="A research group")
    flagger.client.refresh_from_db()
    organisation = an_organisation()
    awards.enter(operator(), organisation, an_award(**said))
    return flagger, organisation


def is_trusted(flag: Flag) -> bool:
    return flag.pk in trusted.trusted_flags([Flag.objects.select_related("client", "policy").get(pk=flag.pk)])


def test_a_trusted_flaggers_flag_within_its_area_is_trusted(cast: Cast, frozen_clock: datetime) -> None:
    flagger, _ = a_trusted_flagger()
    assert is_trusted(a_flag(flagger))


def test_outside_its_area_it_is_not(cast: Cast, frozen_clock: datetime) -> None:
    flagger, _ = a_trusted_flagger()
    other = a_policy("harassment", statement_category="STATEMENT_CATEGORY_CYBER_VIOLENCE")
    assert not is_trusted(a_flag(flagger, policy=other.code))


def test_a_category_covers_its_policies(cast: Cast, frozen_clock: datetime) -> None:
    other = a_policy("harassment", statement_category="STATEMENT_CATEGORY_CYBER_VIOLENCE")
    flagger, _ = a_trusted_flagger(policies=[], categories=[other.statement_category])
    assert is_trusted(a_flag(flagger, policy=other.code))


def test_before_and_after_the_award_it_is_not(cast: Cast, frozen_clock: datetime) -> None:
    flagger, _ = a_trusted_flagger(awarded_on=NOON.date() + timedelta(days=1), ends_on=NOON.date() + timedelta(days=2))
    early = a_flag(flagger)
    with clock.moved(days=2):
        meanwhile = a_flag(flagger)
    with clock.moved(days=3):
        late = a_flag(flagger)
    assert [is_trusted(flag) for flag in (early, meanwhile, late)] == [False, True, False]


def test_a_revoked_award_leaves_earlier_flags_as_they_were(cast: Cast, frozen_clock: datetime) -> None:
    flagger, organisation = a_trusted_flagger()
    before = a_flag(flagger)
    with clock.moved(days=1):
        awards.revoke(cast.supervisor, organisation, reason="The coordinator revoked it.")
        after = a_flag(flagger)
        assert (is_trusted(before), is_trusted(after)) == (True, False)
        assert trusted.awards_on([organisation.pk], clock.now().date()) == {}


def test_another_kind_of_source_of_the_same_organisation_is_not(cast: Cast, frozen_clock: datetime) -> None:
    a_trusted_flagger()
    other = a_client("Other", SourceKind.AUTOMATED)[0]
    clients.change(operator(), name="Other", organisation="A research group")
    assert not is_trusted(a_flag(other))


def test_a_relay_that_states_the_kind_is_not(cast: Cast, frozen_clock: datetime) -> None:
    a_trusted_flagger()
    relay = a_client("Relay", SourceKind.RELAY)[0]
    clients.change(operator(), name="Relay", organisation="A research group")
    relay.client.refresh_from_db()
    assert not is_trusted(a_flag(relay, source_kind="trusted_flagger"))


def test_an_award_is_entered_once_and_then_corrected(cast: Cast, frozen_clock: datetime) -> None:
    organisation = an_organisation()
    awards.enter(cast.supervisor, organisation, an_award())
    awards.enter(cast.administrator, organisation, an_award(awarded_by="Another coordinator"))
    with nothing_happens():
        awards.enter(cast.supervisor, organisation, an_award(awarded_by="Another coordinator"))
    entries = Entry.objects.filter(action__startswith="award.").order_by("id")
    assert [entry.action for entry in entries] == ["award.granted", "award.changed"]
    assert entries[1].detail["before"]["awarded_by"] == "A coordinator"
    assert entries[1].detail["after"]["awarded_by"] == "Another coordinator"
    assert organisation.awards.count() == 1


def test_after_a_revocation_a_new_award_stands_beside_the_old(cast: Cast, frozen_clock: datetime) -> None:
    organisation = an_organisation()
    awards.enter(cast.supervisor, organisation, an_award())
    awards.revoke(cast.supervisor, organisation, reason="It was revoked.")
    with nothing_happens(), pytest.raises(Conflict):
        awards.revoke(cast.supervisor, organisation, reason="Again.")
    awards.enter(cast.supervisor, organisation, an_award(awarded_on=NOON.date()))
    assert organisation.awards.count() == 2


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"awarded_by": " "}, "awarded_by"),
        ({"ends_on": date(2025, 12, 31)}, "ends_on"),
        ({"policies": []}, "policies"),
        ({"policies": ["no_such"]}, "policies"),
        ({"categories": ["STATEMENT_CATEGORY_NONE"]}, "categories"),
    ],
)
def test_a_faulty_award_is_refused_by_field(cast: Cast, said: dict[str, object], field: str) -> None:
    organisation, award = an_organisation(), an_award(**said)
    with nothing_happens(), pytest.raises(Invalid) as refusal:
        awards.enter(cast.supervisor, organisation, award)
    assert list(refusal.value.fields) == [field]


def test_who_may_enter_and_revoke_awards(cast: Cast) -> None:
    organisation, award = an_organisation(), an_award()
    for nobody in (cast.moderator, cast.senior, cast.auditor, cast.client):
        with nothing_happens(), pytest.raises(NotAllowed):
            awards.enter(nobody, organisation, award)
        with nothing_happens(), pytest.raises(NotAllowed):
            awards.revoke(nobody, organisation, reason="No.")


def test_only_the_kind_trusted_flagger_can_be_trusted() -> None:
    award = trust.AwardFacts(date(2026, 1, 1), None, None, frozenset({"p"}), frozenset())
    kinds = [
        kind for kind in SourceKind if trust.is_trusted(kind, [award], policy="p", category="", on=date(2026, 2, 1))
    ]
    assert kinds == [SourceKind.TRUSTED_FLAGGER]


# ── misuse ───────────────────────────────────────────────────────────────────────────────────────────────
def in_days(days: float) -> datetime:
    return clock.now() + timedelta(days=days)


def test_a_warning_keeps_the_counts_it_rested_on(cast: Cast) -> None:
    flagger = a_client()[0]
    for outcome in ("keep", "keep", "suspend"):
        a_decision(cast.moderator, outcome, case=a_flag(flagger).case)
    source = a_source(flagger)
    made = misuse.warn(cast.supervisor, source_id=source.pk, text=" Two of three were unfounded. ")
    entry = Entry.objects.latest("id")
    assert (made.agreed, made.disagreed, made.text) == (1, 2, "Two of three were unfounded.")
    assert (entry.action, entry.subjects[0], entry.actor) == (
        "source.warned",
        f"source:{source.pk}",
        cast.supervisor.key,
    )


def test_no_suspension_without_a_warning(cast: Cast) -> None:
    source = a_source()
    with nothing_happens(), pytest.raises(Conflict) as refusal:
        misuse.suspend(cast.supervisor, source_id=source.pk, reason="Too much.", ends_at=in_days(7))
    assert refusal.value.code == "warning-needed"


def test_an_old_warning_holds_no_more(cast: Cast, frozen_clock: datetime) -> None:
    source = a_source()
    misuse.warn(cast.supervisor, source_id=source.pk, text="Too often wrong.")
    with clock.moved(days=rules.WARNING_HOLDS_DAYS, seconds=1), pytest.raises(Conflict):
        misuse.suspend(cast.supervisor, source_id=source.pk, reason="Too much.", ends_at=in_days(7))


def suspended(cast: Cast, days: float = 7) -> Source:
    source = a_source(cast.client)
    misuse.warn(cast.supervisor, source_id=source.pk, text="Too often wrong.")
    misuse.suspend(cast.supervisor, source_id=source.pk, reason="It went on.", ends_at=in_days(days))
    source.refresh_from_db()
    return source


def test_a_suspension_is_stored_and_logged(cast: Cast, frozen_clock: datetime) -> None:
    source = suspended(cast)
    entry = Entry.objects.latest("id")
    assert source.suspended_until == NOON + timedelta(days=7)
    assert (entry.action, entry.detail) == (
        "source.suspended",
        {"reason": "It went on.", "ends_at": "2026-03-09T12:00:00+00:00"},
    )


def test_a_suspension_ends_by_itself(cast: Cast, frozen_clock: datetime) -> None:
    source = suspended(cast)
    assert rules.is_suspended(source.suspended_until, in_days(6.99))
    assert not rules.is_suspended(source.suspended_until, in_days(7))
    with clock.moved(days=8):
        misuse.suspend(cast.supervisor, source_id=source.pk, reason="Again.", ends_at=in_days(7))


def test_two_suspensions_never_stand_at_once(cast: Cast) -> None:
    source = suspended(cast)
    with nothing_happens(), pytest.raises(Conflict):
        misuse.suspend(cast.supervisor, source_id=source.pk, reason="Again.", ends_at=in_days(8))


@pytest.mark.parametrize("days", [0, -1, rules.MOST_SUSPENSION_DAYS + 0.01])
def test_an_end_out_of_bounds_is_refused(cast: Cast, frozen_clock: datetime, days: float) -> None:
    source = a_source()
    misuse.warn(cast.supervisor, source_id=source.pk, text="Too often wrong.")
    with nothing_happens(), pytest.raises(Invalid) as refusal:
        misuse.suspend(cast.supervisor, source_id=source.pk, reason="Too much.", ends_at=in_days(days))
    assert list(refusal.value.fields) == ["ends_at"]


def test_a_suspension_is_lifted_early_and_stays_in_the_history(cast: Cast) -> None:
    source = suspended(cast)
    misuse.lift(cast.administrator, source_id=source.pk, reason="They showed that we erred.")
    source.refresh_from_db()
    view = source_pages.source_view(cast.auditor, source.pk, at=clock.now())
    assert (source.suspended_until, view.standing, view.row.is_suspended) == (None, None, False)
    assert view.suspensions[0].lifted_by == cast.administrator.user
    with nothing_happens(), pytest.raises(Conflict):
        misuse.lift(cast.administrator, source_id=source.pk, reason="Again.")


@pytest.mark.parametrize("text", ["", "  ", "x" * 2001])
def test_words_are_needed(cast: Cast, text: str) -> None:
    source = suspended(cast)
    with nothing_happens():
        with pytest.raises(Invalid):
            misuse.warn(cast.supervisor, source_id=source.pk, text=text)
        with pytest.raises(Invalid):
            misuse.lift(cast.supervisor, source_id=source.pk, reason=text)


def test_who_may_warn_suspend_and_lift(cast: Cast) -> None:
    source = suspended(cast)
    for nobody in (cast.moderator, cast.senior, cast.auditor, cast.client):
        for gesture in (
            lambda who: misuse.warn(who, source_id=source.pk, text="No."),
            lambda who: misuse.suspend(who, source_id=source.pk, reason="No.", ends_at=in_days(1)),
            lambda who: misuse.lift(who, source_id=source.pk, reason="No."),
        ):
            with nothing_happens(), pytest.raises(NotAllowed):
                gesture(nobody)


def test_an_unknown_source_is_not_found(cast: Cast) -> None:
    with pytest.raises(NotFound):
        misuse.warn(cast.supervisor, source_id=new_id(), text="Who?")


def test_refusals_are_counted_by_day(cast: Cast, frozen_clock: datetime) -> None:
    source = suspended(cast)
    day = NOON.date()
    for refused in ({source.pk: 3}, {source.pk: 4}, {}):
        misuse.count_refused(refused, day=day)
    misuse.count_refused({source.pk: 5}, day=day - timedelta(days=1))
    view = source_pages.source_view(cast.supervisor, source.pk, at=clock.now())
    assert ([row.refused for row in view.refused], view.refused_count) == ([7, 5], 12)


# ── the list ─────────────────────────────────────────────────────────────────────────────────────────────
def row_of(source_id: UUID) -> source_pages.SourceRow:
    (row,) = source_pages.rows_of([Source.objects.select_related("client").get(pk=source_id)], at=clock.now())
    return row


def test_the_list_counts_flags_by_what_became_of_them(cast: Cast, frozen_clock: datetime) -> None:
    flagger = a_client()[0]
    decided = a_flag(flagger)
    a_decision(cast.moderator, case=decided.case)
    a_flag(flagger, account=decided.account)
    with clock.moved(days=10):
        a_flag(flagger)
        row = row_of(decided.source_id)
    answers = row.answers
    assert (answers.agreed, answers.disagreed, answers.pending, answers.already_actioned) == (1, 0, 1, 1)
    assert (answers.last_at, row.per_day) == (NOON + timedelta(days=10), 0.3)


def test_what_is_older_than_the_window_counts_no_more(cast: Cast, frozen_clock: datetime) -> None:
    flagger = a_client()[0]
    flag = a_flag(flagger)
    a_decision(cast.moderator, "keep", case=flag.case)
    with clock.moved(days=181):
        answers = row_of(flag.source_id).answers
    assert (answers.disagreed, answers.received, answers.last_at) == (0, 0, NOON)


def test_who_may_see_sources(cast: Cast) -> None:
    for reader in (cast.supervisor, cast.auditor, cast.administrator):
        assert list(source_pages.sources_visible_to(reader)) == list(Source.objects.order_by("name"))
    for nobody in (cast.moderator, cast.senior, cast.client):
        with pytest.raises(NotAllowed):
            source_pages.sources_visible_to(nobody)
