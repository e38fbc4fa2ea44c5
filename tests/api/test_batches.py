"""Batches over the API: asked for, read, started, steered."""

from typing import Any

import pytest
from django.conf import settings

from common import clock
from reviews.models import Batch, Decision
from reviews.services import running
from staff.models import User
from takedowns.models import Enforcement
from tests.calls import Api, a_batch_body, nothing_happens
from tests.cast import a_client, an_account
from tests.takedowns.builders import in_state

pytestmark = pytest.mark.django_db


def planned(api: Api, *external_ids: str, **fields: object) -> dict[str, Any]:
    answer = api.post("/batches", a_batch_body(*external_ids, **fields))
    assert answer.status == 201, answer.body
    return dict(answer.body)


def started(api: Api, *external_ids: str, **fields: object) -> str:
    """A batch that decided on its whole list. Returns its address."""
    path = f"/batches/{planned(api, *external_ids, **fields)['id']}"
    assert api.post(f"{path}/start", {"staff": "moderator"}).body["state"] == "running"
    running.run_all()
    return path


def known(*external_ids: str) -> None:
    for external_id in external_ids:
        an_account(external_id)


def test_a_batch_is_planned_with_its_dry_run(api: Api) -> None:
    known("b:1", "b:2")
    body = planned(api, "b:1", "b:2", "b:3", until="2999-01-01T00:00:00Z")
    row = Batch.objects.get()
    assert (body["id"], body["state"]) == (str(row.pk), "planned")
    assert body["counts"] == {"listed": 3, "to_enforce": 2, "left_out": {"unknown_account": 1}}
    assert (row.asked_by.username, row.client.name, row.until.year) == ("moderator", "Cast client", 2999)
    assert (body["asked_by"], body["list_digest"]) == ("Pseudonym of moderator", row.list_digest)


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"expected_count": 300}, {"expected_count"}),
        ({"accounts": []}, {"accounts"}),
        ({"policy": "none"}, {"policy"}),
        ({"outcome": "ban"}, {"outcome"}),
        ({"until": "2001-01-01T00:00:00Z"}, {"until"}),
        ({"accounts": [{"platform": "simulator"}]}, {"accounts[0].external_id"}),
        ({"titel": "B"}, {"titel"}),
    ],
)
def test_a_faulty_batch_names_its_fields_and_leaves_nothing(api: Api, fields: dict[str, Any], named: set[str]) -> None:
    known("b:1")
    body = a_batch_body("b:1", **fields)
    with nothing_happens():
        answer = api.post("/batches", body)
    assert (answer.status, answer.fields) == (422, named)


def test_a_body_may_be_as_large_as_a_bulk_call(api: Api) -> None:
    accounts = [f"b:{number:05}{'x' * 290}" for number in range(4000)]
    assert planned(api, *accounts)["counts"] == {"listed": 4000, "to_enforce": 0, "left_out": {"unknown_account": 4000}}


def test_a_key_asks_only_for_whom_it_acts_for(api: Api) -> None:
    body = a_batch_body("b:1")
    other = Api(a_client(acts_for=["auditor"])[1])
    with nothing_happens():
        answers = [other.post("/batches", body), other.post("/batches", body | {"staff": "auditor"})]
    assert [answer.status for answer in answers] == [403, 403]


def test_it_runs_and_tells_how_far_it_is(api: Api) -> None:
    known("b:1", "b:2", "b:3", "b:4")
    path = started(api, "b:1", "b:2", "b:3", "b:4")
    for external_id, state in (("b:1", "applied"), ("b:2", "failed"), ("b:3", "unknown")):
        in_state(Enforcement.objects.get(account__external_id=external_id), state)
    body = api.get(path).body
    progress = {
        name: body["progress"][name] for name in ("total", "applied", "failed", "unknown", "waiting", "sending")
    }
    assert progress == {"total": 4, "applied": 1, "failed": 1, "unknown": 1, "waiting": 1, "sending": 0}
    assert body["progress"]["per_second"] > 0
    assert body["progress"]["seconds_left"] > 0
    assert {row.decided_by.username for row in Decision.objects.all()} == {"moderator"}


def test_each_account_says_what_came_of_it(api: Api) -> None:
    known("b:1", "b:2", "b:3")
    path = started(api, "b:1", "b:2", "b:3", "nobody")
    applied = in_state(Enforcement.objects.get(account__external_id="b:1"), "applied")
    failed = in_state(Enforcement.objects.get(account__external_id="b:2"), "failed")
    Enforcement.objects.filter(pk=failed.pk).update(error="410 Gone", attempts=3)
    items = api.get(f"{path}/items").body["results"]
    told = [(item["external_id"], item["outcome"], item["state"], item["error"], item["attempts"]) for item in items]
    assert told == [
        ("b:1", "applied", "applied", "", 0),
        ("b:2", "failed", "failed", "410 Gone", 3),
        ("b:3", "under_way", "waiting", "", 0),
        ("nobody", "left_out", None, "", 0),
    ]
    assert items[0]["applied_at"].startswith(f"{applied.applied_at:%Y-%m-%dT%H:%M:%S}")
    assert items[3]["left_out"] == "unknown_account"


def test_items_come_page_by_page_in_the_lists_order(api: Api) -> None:
    path = f"/batches/{planned(api, *(f'b:{number}' for number in range(5)))['id']}/items"
    found, cursor = [], ""
    while cursor is not None:
        body = api.get(f"{path}?page_size=2" + (f"&cursor={cursor}" if cursor else "")).body
        found += [item["external_id"] for item in body["results"]]
        cursor = body["next"]
    assert found == ["b:0", "b:1", "b:2", "b:3", "b:4"]


@pytest.mark.parametrize("query", ["cursor=x", "cursor=-1", "cursor=99999999", "page_size=0"])
def test_a_bad_place_in_the_list_is_refused(api: Api, query: str) -> None:
    path = f"/batches/{planned(api, 'b:1')['id']}/items"
    assert api.get(f"{path}?{query}").status == 422


def test_above_the_approval_size_a_key_starts_nothing(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.CASELOAD, "BATCH_APPROVAL_SIZE", 1)
    known("b:1", "b:2")
    path = f"/batches/{planned(api, 'b:1', 'b:2')['id']}"
    with nothing_happens():
        answer = api.post(f"{path}/start", {"staff": "supervisor"})
    assert (answer.status, answer.problem) == (409, "approval-needed")


def test_a_planned_batch_is_cancelled(api: Api) -> None:
    known("b:1")
    path = f"/batches/{planned(api, 'b:1')['id']}"
    assert api.post(f"{path}/cancel", {"staff": "moderator"}).body["state"] == "cancelled"
    assert api.get(f"{path}/items").body["results"][0]["outcome"] == "untouched"


def test_a_repeated_plan_with_its_key_is_planned_once(api: Api) -> None:
    known("b:1")
    said = {"headers": {"Idempotency-Key": "k-1"}}
    first, second = (api.post("/batches", a_batch_body("b:1"), **said) for _ in range(2))
    assert (first.body, Batch.objects.count()) == (second.body, 1)


def test_who_left_asks_for_nothing(api: Api) -> None:
    body = a_batch_body("b:1")
    User.objects.filter(username="moderator").update(is_active=False)
    with nothing_happens():
        assert api.post("/batches", body).status == 403


def test_a_running_batch_is_paused_resumed_and_cancelled(api: Api) -> None:
    known("b:1", "b:2")
    path = started(api, "b:1", "b:2")
    in_state(Enforcement.objects.get(account__external_id="b:1"), "applied")
    done = [api.post(f"{path}/{name}", {"staff": "moderator"}).body["state"] for name in ("pause", "resume", "cancel")]
    assert done == ["paused", "running", "cancelled"]
    running.run_all()
    assert [item["outcome"] for item in api.get(f"{path}/items").body["results"]] == ["applied", "untouched"]
    body = api.get(path).body
    assert (body["progress"]["applied"], body["progress"]["cancelled"]) == (1, 1)
    assert body["finished_at"] is not None


def test_failed_ones_are_retried_and_a_part_is_reverted(api: Api) -> None:
    known("b:1", "b:2")
    path = started(api, "b:1", "b:2")
    for external_id, state in (("b:1", "applied"), ("b:2", "failed")):
        in_state(Enforcement.objects.get(account__external_id=external_id), state)
    Enforcement.objects.filter(state="failed").update(finished_at=clock.now())
    running.run_all()
    assert api.post(f"{path}/retry", {"staff": "moderator"}).body["state"] == "running"
    running.run_all()
    in_state(Enforcement.objects.get(account__external_id="b:2"), "applied")
    running.run_all()
    said = {"staff": "moderator", "reason": "No.", "accounts": [{"platform": "simulator", "external_id": "b:2"}]}
    assert api.post(f"{path}/revert", said).body["state"] == "reverting"
    running.run_all()
    assert api.get(path).body["revert"]["waiting"] == 1
    in_state(Enforcement.objects.get(kind="reinstate"), "applied")
    running.run_all()
    body = api.get(path).body
    assert (body["state"], body["revert"]["applied"], body["progress"]["applied"]) == ("reverted", 1, 2)
    items = api.get(f"{path}/items").body["results"]
    assert [(item["outcome"], item["reversal"] is not None) for item in items] == [
        ("applied", False),
        ("reverted", True),
    ]


def test_reverting_what_is_not_on_the_list_names_it(api: Api) -> None:
    known("b:1")
    path = started(api, "b:1")
    in_state(Enforcement.objects.get(), "applied")
    running.run_all()
    said = {"staff": "moderator", "reason": "No.", "accounts": [{"platform": "simulator", "external_id": "b:9"}]}
    with nothing_happens():
        answer = api.post(f"{path}/revert", said)
    assert (answer.status, answer.fields) == (422, {"accounts"})
    assert "simulator/b:9" in answer.body["detail"]
