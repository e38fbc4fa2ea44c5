"""The statistics of the shipped sample equal the known answers, to their digits."""

import json
from pathlib import Path
from typing import Any

import pytest

from insights.selectors.answers import Asked, Row, Statistic
from insights.selectors.statistics import get_statistic
from insights.services import refreshing
from staff.actors import SYSTEM
from tests.insights import sample

KNOWN: dict[str, Any] = json.loads((Path(__file__).parent / "known_answers.json").read_text())
MONTHS = {row["month"]: row for row in KNOWN["monthly"]}
DIGITS = 4
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _counted(django_db_setup: None, django_db_blocker: Any) -> Any:
    """The sample, loaded and counted once for this module; taken back at its end."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        sample.load()
        refreshing.refresh(SYSTEM)
        yield
        transaction.set_rollback(True)


def ask(name: str, *group_by: str) -> Statistic:
    return get_statistic(SYSTEM, name, Asked(topic=sample.TOPIC, group_by=group_by))


def by(rows: list[Row], key: str, measure: str) -> dict[Any, Any]:
    return {row[key]: rounded(row[measure]) for row in rows}


def rounded(value: Any) -> Any:
    return round(value, DIGITS) if isinstance(value, float) else value


def total(name: str, *group_by: str) -> Row:
    [row] = ask(name, *group_by).rows
    return row


def test_accounts_and_their_followers() -> None:
    row, known = total("topic-accounts"), KNOWN["ira_followers_last"]
    assert row["accounts"] == KNOWN["ira_accounts"] == 1952
    assert (rounded(row["mean"]), row["median"]) == (known["mean"], known["median"]) == (1854.8806, 165.0)
    assert (row["maximum"], row["zeros"]) == (known["max"], known["zero"])
    assert row["unknown"] == 0


def test_posts_and_reposts() -> None:
    row = total("topic-posts")
    assert (row["posts"], row["reposts"]) == (KNOWN["ira_posts"], KNOWN["ira_retweets"]) == (1_705_068, 801_474)


def test_posts_by_language() -> None:
    assert by(ask("topic-languages", "language").rows, "language", "posts") == KNOWN["ira_posts_by_language"]


def test_language_shares() -> None:
    shares = by(ask("topic-languages", "language").rows, "language", "share_percent")
    assert {tag: shares[tag] for tag in KNOWN["ira_language_share_pct"]} == KNOWN["ira_language_share_pct"]


@pytest.mark.parametrize("measure", ["posts", "reposts"])
def test_posts_by_month(measure: str) -> None:
    known = {month: row[measure.replace("reposts", "retweets")] for month, row in MONTHS.items()}
    assert by(ask("topic-posts", "month").rows, "month", measure) == known


def test_active_accounts_by_month() -> None:
    known = {month: row["active_accounts"] for month, row in MONTHS.items()}
    assert by(ask("topic-active-accounts", "month").rows, "month", "active_accounts") == known


@pytest.mark.parametrize("measure", ["mean", "median"])
def test_followers_of_active_accounts_by_month(measure: str) -> None:
    known = {month: float(row[f"{measure}_followers_last"]) for month, row in MONTHS.items()}
    assert by(ask("topic-followers", "month").rows, "month", measure) == known


def test_countering_to_promoting_by_month_is_undefined_without_promoting() -> None:
    rows = ask("topic-ratio", "month").rows
    assert by(rows, "month", "ratio") == {month: row["ratio_B_to_A"] for month, row in MONTHS.items()}
    assert by(rows, "month", "promoting") == {month: row["posts_A"] for month, row in MONTHS.items()}
    assert by(rows, "month", "countering") == {month: row["posts_B"] for month, row in MONTHS.items()}
    assert sum(row["ratio"] is None for row in rows) == sum(row["posts_A"] == 0 for row in MONTHS.values()) > 0


def test_countering_to_promoting_in_all() -> None:
    row, known = total("topic-ratio"), KNOWN["side_posts"]
    assert (row["promoting"], row["countering"]) == (known["A_RightTroll"], known["B_LeftTroll"])
    assert rounded(row["ratio"]) == known["ratio_B_to_A"]


@pytest.mark.parametrize("language", ["ar", "ru", "en"])
def test_posts_in_a_language_by_month(language: str) -> None:
    rows = [row for row in ask("topic-languages", "month", "language").rows if row["language"] == language]
    known = {month: row[f"posts_{language}"] for month, row in MONTHS.items() if row[f"posts_{language}"]}
    assert by(rows, "month", "posts") == known


def test_months_without_data_are_gaps() -> None:
    found = ask("topic-posts", "month")
    assert [row["month"] for row in found.rows] == list(MONTHS)
    assert found.missing == ["2013-09", "2013-11"]


def test_suspended_by_the_platform() -> None:
    rows = ask("topic-platform-suspended", "month").rows
    assert by(rows, "month", "suspended") == KNOWN["ira_accounts_by_outcome_by"] == {"2017-11": 1318, "2018-06": 634}
    assert by(rows, "month", "cumulative") == {"2017-11": 1318, "2018-06": 1952}
    assert by(rows, "month", "mean") == KNOWN["ira_followers_mean_by_outcome_by"]


@pytest.mark.parametrize(("group", "known"), [("theme", "category"), ("language", "main_language")])
def test_accounts_and_mean_followers_by(group: str, known: str) -> None:
    rows = ask("topic-accounts", group).rows
    assert by(rows, group, "accounts") == KNOWN[f"ira_accounts_by_{known}"]
    means = by(rows, group, "mean")
    listed = KNOWN[f"ira_followers_mean_by_{known}"]
    assert {name: means[name] for name in listed} == listed


def test_tallies_of_the_same_posts_are_never_added_to_the_observations() -> None:
    """The sample's days count the same posts as its months: each source alone gives the known figure."""
    asked = Asked(topic=sample.TOPIC, group_by=("month",), source="tallies")
    tallied = by(get_statistic(SYSTEM, "topic-posts", asked).rows, "month", "posts")
    assert tallied == by(ask("topic-posts", "month").rows, "month", "posts")
    assert ask("topic-posts", "month").source == "observations"


def test_posts_by_category() -> None:
    assert by(ask("topic-posts", "theme").rows, "theme", "posts") == KNOWN["ira_posts_by_category"]


def test_posts_by_year() -> None:
    years = {}
    for row in ask("topic-posts", "month").rows:
        year = str(row["month"])[:4]
        years[year] = years.get(year, 0) + int(row["posts"] or 0)
    assert years == KNOWN["posts_by_year"]


def test_peak_month() -> None:
    peak = max(ask("topic-posts", "month").rows, key=lambda row: int(row["posts"] or 0))
    assert {"month": peak["month"], "posts": peak["posts"]} == KNOWN["peak_month"]


def test_nothing_is_merged() -> None:
    """Six handles are borne by two accounts each; every account is a row of its own."""
    from accounts.models import Account

    assert Account.objects.count() == KNOWN["accounts"] == 2319
    assert Account.objects.filter(followers=None).count() == KNOWN["accounts_with_null_followers"] == 367
