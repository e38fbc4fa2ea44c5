"""What each figure counts, and what it leaves out."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from accounts.models import Account
from accounts.services import topics
from accounts.services.topics import Tally
from common import clock
from common.errors import Invalid, NotAllowed, NotFound
from insights.selectors.answers import Asked, Row
from insights.selectors.statistics import get_statistic
from insights.services import refreshing
from reviews.models import Case
from reviews.services import batches, closing, running, undoing, withdrawals
from reviews.services.batches import Plan
from reviews.services.facts import LegalBasis
from staff.actors import SYSTEM, Actor
from staff.choices import SourceKind
from tests.cast import Cast, a_case, a_client, a_decision, a_flag, a_platform, a_policy, an_account

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TODAY = Asked(start=NOON.date(), end=NOON.date())


def rows(cast: Cast, name: str, asked: Asked = TODAY) -> list[Row]:
    refreshing.refresh(SYSTEM)
    return get_statistic(cast.supervisor, name, asked).rows


def pick(found: list[Row], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in found]


# ── decisions ────────────────────────────────────────────────────────────────────────────────────────────
def test_an_undone_decision_is_not_counted(cast: Cast, frozen_clock) -> None:
    made = a_decision(cast.moderator)
    assert pick(rows(cast, "decisions"), "suspensions") == [(1,)]
    undoing.undo(cast.moderator, decision_id=made.pk)
    assert pick(rows(cast, "decisions"), "suspensions", "keeps", "reversals") == [(0, 0, 0)]


def test_a_reversal_stands_in_its_own_column_on_its_own_day(cast: Cast, frozen_clock) -> None:
    made = a_decision(cast.moderator)
    with clock.moved(days=1):
        undoing.reverse(cast.supervisor, decision_id=made.pk, reason="Looked again.")
        found = rows(cast, "decisions", Asked(start=NOON.date()))
    assert pick(found, "suspensions", "keeps", "reversals") == [(1, 0, 0), (0, 0, 1)]


def test_work_belongs_to_who_did_it(cast: Cast, frozen_clock) -> None:
    made = a_decision(cast.moderator)
    a_decision(cast.second_moderator, "keep")
    undoing.reverse(cast.supervisor, decision_id=made.pk, reason="Looked again.")
    found = rows(cast, "decisions", Asked(group_by=("person",)))
    assert pick(found, "person", "suspensions", "keeps", "reversals") == [
        ("Pseudonym of moderator", 1, 0, 0),
        ("Pseudonym of moderator2", 0, 1, 0),
        ("Pseudonym of supervisor", 0, 0, 1),
    ]


def test_decisions_after_a_governments_flag_are_counted_apart(cast: Cast, frozen_clock) -> None:
    government, people = sender(SourceKind.GOVERNMENT), sender(SourceKind.USER_REPORT)
    both, only, kept, neither = (an_account() for _ in range(4))
    for who, account in ((government, both), (people, both), (government, only), (government, kept), (people, neither)):
        a_flag(who, account)
    for account, outcome in ((both, "suspend"), (only, "suspend"), (kept, "keep"), (neither, "suspend")):
        a_decision(cast.moderator, outcome, case=Case.objects.get(account=account))
    a_flag(government, neither)
    [row] = rows(cast, "decisions")
    del row["day"]
    assert row == {
        "suspensions": 3,
        "keeps": 1,
        "reversals": 0,
        "government_suspensions": 2,
        "government_keeps": 1,
        "only_government_suspensions": 1,
        "only_government_keeps": 1,
    }


def test_a_case_without_flags_followed_no_government(cast: Cast, frozen_clock) -> None:
    listed = [("simulator", an_account().external_id) for _ in range(2)]
    said = {"title": "Wave 1", "outcome": "suspend", "policy": a_policy().code, "reason": "Same text."}
    wave = Plan(**said, accounts=listed, expected_count=2)
    batch = batches.plan(cast.moderator, wave)
    batches.start(cast.moderator, batch_id=batch.pk)
    running.run(batch.pk)
    found = rows(cast, "decisions")
    assert pick(found, "suspensions", "government_suspensions", "only_government_suspensions") == [(2, 0, 0)]


def test_days_before_the_first_decision_are_missing_and_idle_days_are_zero(cast: Cast, frozen_clock) -> None:
    a_decision(cast.moderator)
    with clock.moved(days=1):
        refreshing.refresh(SYSTEM)
        found = get_statistic(cast.auditor, "decisions", Asked(start=NOON.date() - timedelta(days=2)))
    assert pick(found.rows, "day", "suspensions") == [("2026-03-02", 1), ("2026-03-03", 0)]
    assert found.missing == ["2026-02-28", "2026-03-01"]


def test_a_day_is_one_of_utc(cast: Cast) -> None:
    with clock.frozen(datetime(2026, 3, 2, 23, 59, 59, tzinfo=UTC)):
        a_decision(cast.moderator)
    with clock.frozen(datetime(2026, 3, 3, 0, 0, 0, tzinfo=UTC)):
        a_decision(cast.moderator)
        found = rows(cast, "decisions", Asked(start=date(2026, 3, 2)))
    assert pick(found, "day", "suspensions") == [("2026-03-02", 1), ("2026-03-03", 1)]


# ── flags ────────────────────────────────────────────────────────────────────────────────────────────────
def sender(kind: SourceKind) -> Actor:
    return a_client(kind=kind)[0]


def test_a_flag_stands_on_the_day_it_was_received(cast: Cast, frozen_clock) -> None:
    a_flag(cast.client, flagged_at=NOON - timedelta(days=40))
    with clock.moved(days=2):
        found = rows(cast, "flags", Asked(start=NOON.date() - timedelta(days=1)))
        told = get_statistic(cast.supervisor, "flags", Asked(start=NOON.date() - timedelta(days=1)))
    assert pick(found, "day", "received") == [("2026-03-02", 1), ("2026-03-03", 0), ("2026-03-04", 0)]
    assert told.missing == ["2026-03-01"]


def test_an_answer_stands_on_the_day_of_its_flag_and_goes_when_it_is_undone(cast: Cast, frozen_clock) -> None:
    case = a_case()
    with clock.moved(days=1):
        made = a_decision(cast.moderator, case=case)
        assert pick(rows(cast, "flags"), "day", "received", "open", "agreed") == [("2026-03-02", 1, 0, 1)]
        undoing.undo(cast.moderator, decision_id=made.pk)
        assert pick(rows(cast, "flags"), "day", "received", "open", "agreed") == [("2026-03-02", 1, 1, 0)]


def test_each_flag_is_in_one_state(cast: Cast, frozen_clock) -> None:
    suspended, kept = a_case(), a_case()
    a_decision(cast.moderator, case=suspended)
    a_decision(cast.moderator, "keep", case=kept)
    a_flag(cast.client, suspended.account)
    withdrawals.withdraw(cast.client, flag_id=a_flag(cast.client).pk)
    a_flag(cast.client)
    gone = a_flag(cast.client)
    gone.case.account = gone.account
    closing.close_gone(cast.system, gone.case)
    states = ("received", "open", "agreed", "disagreed", "withdrawn", "already_actioned", "gone")
    assert pick(rows(cast, "flags"), *states) == [(6, 1, 1, 1, 1, 1, 1)]


def test_flags_of_governments_and_flags_with_an_order_are_counted_apart(cast: Cast, frozen_clock) -> None:
    order = LegalBasis(order_id="A 1", authority="An authority")
    agreed = a_flag(sender(SourceKind.GOVERNMENT), legal_basis=order)
    a_flag(sender(SourceKind.GOVERNMENT_BODY))
    a_flag(sender(SourceKind.TRUSTED_FLAGGER), legal_basis=order)
    a_flag(sender(SourceKind.USER_REPORT))
    a_decision(cast.moderator, case=agreed.case)
    named = [f"{whose}{state}" for whose in ("", "government_", "order_") for state in ("received", "open", "agreed")]
    assert pick(rows(cast, "flags"), *named) == [(4, 3, 1, 2, 1, 1, 2, 1, 1)]


def test_what_a_relay_passes_on_is_its_sources(cast: Cast, frozen_clock) -> None:
    relay = sender(SourceKind.RELAY)
    assert relay.client is not None
    relay.client.may_state = ["government", "user_report"]
    for kind in ("government", "user_report"):
        a_flag(relay, source_kind=kind)
    found = rows(cast, "flags", Asked(group_by=("source_kind",)))
    assert pick(found, "source_kind", "received", "government_received") == [
        ("government", 1, 1),
        ("user_report", 1, 0),
    ]


def test_flags_by_month_policy_and_platform(cast: Cast, frozen_clock) -> None:
    a_flag(cast.client, policy=a_policy("spam").code)
    elsewhere = a_platform("elsewhere")
    a_flag(cast.client, an_account(platform=elsewhere))
    found = rows(cast, "flags", Asked(group_by=("month", "policy")))
    assert pick(found, "month", "policy", "received") == [
        ("2026-03", "coordinated_inauthentic_behaviour", 1),
        ("2026-03", "spam", 1),
    ]
    found = rows(cast, "flags", Asked(group_by=(), platform="elsewhere"))
    assert pick(found, "received", "government_received") == [(1, 0)]


# ── backlog and time ─────────────────────────────────────────────────────────────────────────────────────
def test_backlog_and_its_oldest(cast: Cast, frozen_clock) -> None:
    first, second = a_case(), a_case()
    with clock.moved(hours=30):
        a_decision(cast.moderator, case=first)
        found = rows(cast, "backlog", Asked(start=NOON.date()))
    assert pick(found, "day", "open", "oldest_seconds", "opened", "closed") == [
        ("2026-03-02", 2, 12 * 3600.0, 2, 0),
        ("2026-03-03", 1, 30 * 3600.0, 0, 1),
    ]
    assert second.opened_at == first.opened_at


def test_open_cases_that_a_government_flagged(cast: Cast, frozen_clock) -> None:
    """From the day of its flag on, though the case is older, and though it took the flag back."""
    government, account = sender(SourceKind.GOVERNMENT_BODY), an_account()
    a_flag(sender(SourceKind.SCHOOL), account)
    a_case()
    refreshing.refresh(SYSTEM)
    with clock.moved(days=1):
        flag = a_flag(government, account)
        refreshing.refresh(SYSTEM)
    with clock.moved(days=2):
        withdrawals.withdraw(government, flag_id=flag.pk)
        refreshing.refresh(SYSTEM)
    with clock.moved(days=3):
        a_decision(cast.moderator, case=flag.case)
        found = rows(cast, "backlog", Asked(start=NOON.date()))
    assert pick(found, "open", "government_open") == [(2, 0), (2, 1), (2, 1), (1, 0)]


def test_an_empty_backlog_has_no_oldest(cast: Cast, frozen_clock) -> None:
    a_decision(cast.moderator)
    assert pick(rows(cast, "backlog"), "open", "oldest_seconds") == [(0, None)]


def test_time_to_decision(cast: Cast, frozen_clock) -> None:
    waiting = [a_case() for _ in range(4)]
    for hours, case in zip((1, 2, 3, 9), waiting, strict=True):
        with clock.moved(hours=hours):
            a_decision(cast.moderator, case=case)
    with clock.moved(hours=10):
        [row] = rows(cast, "time-to-decision")
    assert (row["n"], row["median"], row["mean"], row["maximum"]) == (4, 2.5 * 3600, 3.75 * 3600, 9 * 3600)
    assert row["p90"] == pytest.approx(7.2 * 3600)


def test_a_day_without_decisions_has_no_time(cast: Cast, frozen_clock) -> None:
    refreshing.refresh(SYSTEM)
    found = get_statistic(cast.auditor, "time-to-decision", TODAY)
    assert (found.rows, found.missing) == ([], ["2026-03-02"])


# ── followers at detection ───────────────────────────────────────────────────────────────────────────────
def test_only_the_first_flag_detects(cast: Cast, frozen_clock) -> None:
    account = an_account(followers=100)
    a_flag(cast.client, account)
    Account.objects.filter(pk=account.pk).update(followers=900)
    a_flag(cast.client, account)
    a_flag(cast.client, an_account(followers=300))
    a_flag(cast.client, an_account(followers=None))
    found = rows(cast, "followers-at-detection", Asked(start=date(2026, 3, 1)))
    assert pick(found, "month", "n", "unknown", "mean", "median") == [("2026-03", 2, 1, 200.0, 200.0)]


def test_a_late_flag_moves_the_detection(cast: Cast, frozen_clock) -> None:
    account = an_account(followers=100)
    a_flag(cast.client, account)
    asked = Asked(start=date(2026, 1, 1))
    assert pick(rows(cast, "followers-at-detection", asked), "month", "n") == [("2026-03", 1)]
    a_flag(cast.client, account, flagged_at=NOON - timedelta(days=40))
    assert pick(rows(cast, "followers-at-detection", asked), "month", "n") == [("2026-01", 1)]


# ── topics from tallies ──────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def campaign(cast: Cast) -> Cast:
    """Tallies of the article's shape: 41,200 posts a day at first, 22,660 at last; two months missing."""
    topic = topics.define(SYSTEM, slug="campaign", title="Campaign", definition="What counts.")
    platform = a_platform().pk
    cells = [
        *(Tally(platform, date(2015, 1, day), "ar", "promoting", "", "", 41_200) for day in range(1, 32)),
        *(Tally(platform, date(2015, 4, day), "ar", "promoting", "", "", 10_000) for day in range(1, 31)),
        *(Tally(platform, date(2015, 4, day), "ar", "countering", "school", "", 4_000) for day in range(1, 31)),
        *(
            Tally(platform, date(2015, 4, day), "en", "countering", "religious_leader", "", 8_660)
            for day in range(1, 31)
        ),
    ]
    topics.tally(SYSTEM, topic=topic, rows=cells)
    refreshing.refresh(SYSTEM)
    return cast


def ask(cast: Cast, name: str, *group_by: str, **more: Any) -> list[Row]:
    return get_statistic(cast.auditor, name, Asked(topic="campaign", group_by=group_by, **more)).rows


def test_change_in_traffic(campaign: Cast) -> None:
    [row] = ask(
        campaign,
        "topic-change",
        start=date(2015, 4, 1),
        end=date(2015, 4, 30),
        compare_start=date(2015, 1, 1),
        compare_end=date(2015, 1, 31),
    )
    assert (row["change_percent"], row["before_posts_per_day"], row["posts_per_day"]) == (-45.0, 41_200, 22_660)
    assert (row["before_posts"], row["posts"]) == (31 * 41_200, 30 * 22_660)


def test_change_from_a_period_without_data_is_undefined(campaign: Cast) -> None:
    [row] = ask(campaign, "topic-change", start=date(2015, 4, 1), end=date(2015, 4, 30))
    assert (row["change_percent"], row["before_posts"], row["posts_per_day"]) == (None, None, 22_660)


def test_missing_months_are_listed_and_are_in_no_mean(campaign: Cast) -> None:
    found = get_statistic(campaign.auditor, "topic-posts", Asked(topic="campaign", group_by=("month",)))
    assert found.missing == ["2015-02", "2015-03"]
    assert found.source == "tallies"
    [total] = ask(campaign, "topic-posts")
    assert (total["days"], total["posts_per_day"]) == (61, (31 * 41_200 + 30 * 22_660) / 61)


def test_ratio_by_month_and_by_group(campaign: Cast) -> None:
    assert pick(ask(campaign, "topic-ratio", "month"), "month", "ratio") == [("2015-01", 0.0), ("2015-04", 1.266)]
    promoting = 31 * 41_200 + 30 * 10_000
    assert pick(ask(campaign, "topic-ratio", "messenger_group"), "messenger_group", "ratio") == [
        ("", 0.0),
        ("religious_leader", 30 * 8_660 / promoting),
        ("school", 30 * 4_000 / promoting),
    ]


def test_a_tally_sent_again_replaces(campaign: Cast) -> None:
    topic = topics.define(SYSTEM, slug="campaign", title="Campaign", definition="What counts.")
    again = [Tally(a_platform().pk, date(2015, 1, 1), "ar", "promoting", "", "", 1)]
    topics.tally(SYSTEM, topic=topic, rows=again)
    refreshing.refresh(SYSTEM)
    assert ask(campaign, "topic-posts", "month")[0]["posts"] == 30 * 41_200 + 1


# ── refusals ─────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("name", "asked", "field"),
    [
        ("decisions", Asked(group_by=("month", "stance")), "group_by"),
        ("decisions", Asked(platform="nowhere"), "platform"),
        ("decisions", Asked(start=date(2026, 3, 2), end=date(2026, 3, 1)), "to"),
        ("decisions", Asked(start=date(1900, 3, 2)), "from"),
        ("time-to-decision", Asked(platform="simulator", group_by=("day", "policy")), "platform"),
        ("topic-posts", Asked(), "topic"),
        ("topic-posts", Asked(topic="nothing"), "topic"),
        ("topic-posts", Asked(topic="campaign", start=date(2015, 1, 15)), "from"),
        ("topic-change", Asked(topic="campaign", compare_start=date(2015, 1, 1)), "compare_to"),
    ],
)
def test_what_does_not_fit_is_named(campaign: Cast, name: str, asked: Asked, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        get_statistic(campaign.auditor, name, asked)
    assert field in refused.value.fields


def test_an_unknown_statistic(cast: Cast) -> None:
    with pytest.raises(NotFound):
        get_statistic(cast.auditor, "suspiciousness", Asked())


def test_who_does_what_takes_the_right_to_see_it(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        get_statistic(cast.moderator, "decisions", Asked(group_by=("person",)))
    with pytest.raises(NotAllowed):
        get_statistic(cast.client, "time-to-decision", Asked(group_by=("day", "person")))
