"""The sample that comes with the product holds what `known_answers.json` says, after going through the importers."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Avg, Count, Max, Q, Sum

from accounts import sample
from accounts.models import Account, Activity, Observation, Post, TrackedAccount
from accounts.rules.research import MAPPINGS
from accounts.services import topics
from accounts.services.importing import Accounts, Observations, Places, Posts, Target, import_file
from accounts.services.importing import Activity as Tallies
from staff.actors import operator
from tests.cast import a_platform

KNOWN = json.loads((Path(__file__).parent / "known_answers.json").read_text("utf-8"))
OPERATION = Q(protected_class="")


@pytest.fixture(scope="module")
def _loaded(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The whole sample, loaded once for this module and rolled back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        a_platform()
        topics.define(operator(), slug="influence-operation", title="Influence operation", definition="The sample's.")
        places = Places("simulator", "influence-operation")
        files: list[tuple[Path, Target]] = [
            (sample.ACCOUNTS, Accounts(operator(), places)),
            (sample.MONTHS, Observations(places)),
            (sample.DAYS, Tallies(operator(), places)),
            (sample.POSTS, Posts(places)),
        ]
        for path, target in files:
            folder = tmp_path_factory.mktemp(target.what)
            import_file(operator(), path, target, mapping=MAPPINGS[target.what], journal_folder=folder)
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _reading(_loaded: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


def test_nothing_is_merged() -> None:
    assert Account.objects.count() == KNOWN["accounts"] == 2319
    handles = Account.objects.filter(OPERATION).values_list("handle", flat=True)
    shared = sorted(handle for handle, n in Counter(handle.lower() for handle in handles).items() if n > 1)
    assert shared == KNOWN["handles_shared_by_two_accounts"]


def test_followers_stay_out_of_means_where_nobody_counted() -> None:
    figures = Account.objects.aggregate(mean=Avg("followers"), most=Max("followers"), known=Count("followers"))
    last = KNOWN["ira_followers_last"]
    assert (round(figures["mean"], 4), figures["most"]) == (last["mean"], last["max"])
    assert figures["known"] == KNOWN["accounts"] - KNOWN["accounts_with_null_followers"]


def test_what_the_platform_did_has_its_month() -> None:
    by = Account.objects.filter(platform_state="suspended").values_list("platform_state_by").annotate(n=Count("id"))
    assert {f"{day:%Y-%m}": n for day, n in by} == KNOWN["ira_accounts_by_outcome_by"]
    assert Account.objects.filter(platform_state="active").count() == KNOWN["accounts_by_outcome"]["kept"]


def test_officials_are_protected_and_not_tracked() -> None:
    assert Account.objects.filter(protected_class="elected_official").count() == 367
    assert TrackedAccount.objects.count() == KNOWN["ira_accounts"]
    assert not TrackedAccount.objects.filter(account__protected_class="elected_official").exists()


def test_main_languages() -> None:
    by = Account.objects.filter(OPERATION).values_list("language").annotate(n=Count("id"))
    assert dict(by) == KNOWN["ira_accounts_by_main_language"]


def test_months() -> None:
    """Those of tracked accounts: one official has months, too, without followers."""
    tracked = Observation.objects.filter(account__tracked_for__isnull=False)
    months = tracked.values("month").annotate(n=Sum("posts"), active=Count("account"), mean=Avg("followers_last"))
    found = {f"{row['month']:%Y-%m}": (row["n"], row["active"], round(row["mean"], 4)) for row in months}
    wanted = {
        row["month"]: (row["posts"], row["active_accounts"], row["mean_followers_last"]) for row in KNOWN["monthly"]
    }
    assert found == wanted
    assert Observation.objects.count() == KNOWN["activity_rows"]


def test_days_count_the_same_posts_by_stance() -> None:
    assert Activity.objects.count() == KNOWN["daily_rows"]
    by = dict(Activity.objects.values_list("stance").annotate(n=Sum("posts")))
    sides = KNOWN["side_posts"]
    assert (by["promoting"], by["countering"]) == (sides["A_RightTroll"], sides["B_LeftTroll"])
    assert sum(by.values()) == KNOWN["ira_posts"]


def test_every_account_that_has_a_post_in_the_data_has_one_here() -> None:
    with_posts = Post.objects.filter(account__protected_class="").values("account").distinct().count()
    assert with_posts == KNOWN["ira_accounts"] - KNOWN["ira_accounts_without_sample_post"]
    assert Post.objects.filter(language="ar").count() == KNOWN["post_sample_by_lang"]["ar"]


def test_it_is_small_enough_to_come_along() -> None:
    assert sum(path.stat().st_size for path in Path(sample.__file__).parent.iterdir() if path.is_file()) < 2_000_000
