"""Accounts and tallies in bulk: each record is answered, and a bad one never sinks the rest."""

import json
from datetime import timedelta

import pytest

from accounts.models import Account, Activity
from accounts.services import topics
from audit.models import Entry
from common import clock
from insights.services import refreshing
from staff.actors import SYSTEM, operator
from tests.calls import Api, a_tally_body, an_account_body, nothing_happens

pytestmark = pytest.mark.django_db


@pytest.fixture
def topic(db: None) -> str:
    return topics.define(operator(), slug="a-topic", title="A topic", definition="What it is.").slug


def test_accounts_are_stored_and_each_record_is_answered(api: Api) -> None:
    bodies = [
        an_account_body("ira:1", followers=5, display_name="Z\u0061\u0301ra"),
        an_account_body("ira:2", platform="nowhere"),
        an_account_body("ira:3", colour="red"),
        {"platform": "simulator", "external_id": "ira:4"},
        an_account_body("ira:1", followers=6),
        an_account_body("ira:5"),
    ]
    answer = api.post("/accounts/bulk", b"\n".join(json.dumps(body).encode() for body in bodies) + b"\n{oops")
    stored = {row.external_id: row for row in Account.objects.all()}
    results = answer.body["results"]
    assert (answer.status, answer.body["accepted"], answer.body["rejected"]) == (200, 3, 4)
    assert [result["index"] for result in results] == list(range(7))
    named = [[error["field"] for error in result.get("error", {}).get("errors", [])] for result in results]
    assert named == [[], ["platform"], ["colour"], ["handle"], [], [], ["body"]]
    assert results[0] == results[4] | {"index": 0} == {"index": 0, "id": str(stored["ira:1"].pk), "created": True}
    assert results[6]["error"]["type"].endswith("not-json")
    assert stored.keys() == {"ira:1", "ira:5"}
    assert (stored["ira:1"].followers, stored["ira:1"].display_name) == (6, "Z\u00e1ra")
    assert Entry.objects.filter(action="account.written").count() == 2


def test_an_account_sent_again_is_not_new_and_keeps_what_is_left_out(api: Api) -> None:
    api.post("/accounts/bulk", [an_account_body("ira:1", followers=5)])
    answer = api.post("/accounts/bulk", [an_account_body("ira:1", handle="other")])
    account = Account.objects.get()
    assert answer.body["results"] == [{"index": 0, "id": str(account.pk), "created": False}]
    assert (account.followers, account.handle) == (5, "other")


def test_tallies_are_stored_and_sent_again_they_replace(api: Api, topic: str) -> None:
    bodies = [
        a_tally_body(topic, language="ar", messenger_group="school", theme="jobs", accounts=3, reach=900),
        a_tally_body("no-such"),
        a_tally_body(topic, platform="nowhere"),
        a_tally_body(topic, day="yesterday"),
        a_tally_body(topic, day="2026-01-03"),
    ]
    first = api.post("/activity/bulk", bodies)
    with nothing_happens():
        again = api.post("/activity/bulk", bodies)
    assert first.body == again.body
    assert (first.body["accepted"], first.body["rejected"]) == (2, 3)
    assert first.body["results"][0] == {"index": 0}
    fields = [[error["field"] for error in result["error"]["errors"]] for result in first.body["results"][1:4]]
    assert fields == [["topic"], ["platform"], ["day"]]
    api.post("/activity/bulk", [bodies[0] | {"posts": 9}])
    counted = Activity.objects.filter(language="ar").values_list(
        "posts", "accounts", "reach", "messenger_group", "theme"
    )
    assert list(counted) == [(9, 3, 900, "school", "jobs")]


def test_tallies_that_would_spoil_the_statistics_are_refused_by_their_field(api: Api, topic: str) -> None:
    tomorrow, after = (clock.now().date() + timedelta(days=ahead) for ahead in (1, 2))
    bodies = [
        a_tally_body(topic, posts=10**12 + 1),
        a_tally_body(topic, day="0001-01-01"),
        a_tally_body(topic, day=after.isoformat()),
        a_tally_body(topic, posts=10**12),
        a_tally_body(topic, day=tomorrow.isoformat(), posts=10**12),
    ]
    results = api.post("/activity/bulk", bodies).body["results"]
    named = [[error["field"] for error in result.get("error", {}).get("errors", [])] for result in results]
    assert named == [["posts"], ["day"], ["day"], [], []]
    refreshing.refresh(SYSTEM)
    counted = api.get(f"/statistics/topic-posts?topic={topic}&source=tallies&group_by=total").body
    assert [row["posts"] for row in counted["rows"]] == [2 * 10**12]


@pytest.mark.parametrize("path", ["/accounts/bulk", "/accounts/simulator/ira:1"])
def test_a_day_that_no_account_was_made_on_is_refused(api: Api, path: str) -> None:
    body = an_account_body(created_on="9999-12-31")
    with nothing_happens():
        answer = api.post(path, [body]) if path.endswith("bulk") else api.put(path, body)
    problem = answer.body["results"][0]["error"] if answer.status == 200 else answer.body
    assert [error["field"] for error in problem["errors"]] == ["created_on"]


def test_what_is_no_list_of_records_is_refused_whole(api: Api, topic: str) -> None:
    for path in ("/accounts/bulk", "/activity/bulk"):
        with nothing_happens():
            assert api.post(path, b"[{}, ").status == 422
            assert api.post(path, b"{}\n" * 10_001).status == 413
