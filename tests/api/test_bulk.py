"""Flags in bulk: each is answered, a bad one never sinks the rest."""

import json

import pytest

from accounts.models import Account
from audit.models import Entry
from reviews.models import Case, Flag
from tests.calls import Api, a_flag_body, nothing_happens

pytestmark = pytest.mark.django_db


def ndjson(*bodies: object) -> bytes:
    return b"\n".join(body if isinstance(body, bytes) else json.dumps(body).encode() for body in bodies)


def test_lines_and_an_array_say_the_same(api: Api) -> None:
    bodies = [a_flag_body(f"ira:{n}") for n in range(3)]
    lines, array = api.post("/flags/bulk", ndjson(*bodies) + b"\n\n"), api.post("/flags/bulk", bodies)
    assert (lines.status, array.status) == (200, 200)
    assert [answer.body["accepted"] for answer in (lines, array)] == [3, 3]
    assert (Flag.objects.count(), Case.objects.count(), Account.objects.count()) == (6, 3, 3)


def test_each_record_is_answered_in_its_place(api: Api) -> None:
    answer = api.post(
        "/flags/bulk",
        ndjson(
            a_flag_body("ira:1"),
            b"{not json",
            a_flag_body("ira:2", policy="no_such"),
            a_flag_body("ira:3", colour="red"),
            b'{"platform": "simulator", "reason": "\\u0000"}',
            b'"\xff"',
            a_flag_body("ira:1"),
        ),
    )
    results = answer.body["results"]
    assert (answer.body["accepted"], answer.body["rejected"]) == (2, 5)
    assert [result["index"] for result in results] == [0, 1, 2, 3, 4, 5, 6]
    assert results[0] == {
        "index": 0,
        "id": str(Flag.objects.earliest("id").pk),
        "case": str(Case.objects.get().pk),
        "state": "open",
    }
    named = [[error["field"] for error in result.get("error", {}).get("errors", [])] for result in results]
    assert named == [[], ["body"], ["policy"], ["colour"], ["reason"], ["body"], []]
    assert results[1]["error"]["code"] == "not-json"
    assert results[6]["case"] == results[0]["case"]


def test_sent_twice_it_is_stored_once(api: Api) -> None:
    bodies = [a_flag_body(f"ira:{n}", client_reference=f"r-{n}") for n in range(5)]
    first = api.post("/flags/bulk", bodies)
    with nothing_happens():
        again = api.post("/flags/bulk", ndjson(*bodies))
    assert again.body == first.body


def test_a_clash_of_references_is_one_records_error(api: Api) -> None:
    bodies = [
        a_flag_body("ira:1", client_reference="r"),
        a_flag_body("ira:2", client_reference="r"),
        a_flag_body("ira:3"),
    ]
    results = api.post("/flags/bulk", bodies).body["results"]
    assert results[1]["error"]["code"] == "reference-reused"
    assert ["id" in result for result in results] == [True, False, True]


def test_no_record_is_no_harm(api: Api) -> None:
    for body in (b"", b"[]", b"\n\n"):
        assert api.post("/flags/bulk", body).body == {"accepted": 0, "rejected": 0, "results": []}


def test_more_than_ten_thousand_are_refused_whole(api: Api) -> None:
    a_flag_body()
    with nothing_happens():
        answer = api.post("/flags/bulk", b"{}\n" * 10_001)
    assert (answer.status, answer.problem) == (413, "too-large")


def test_an_array_that_is_none_is_refused_whole(api: Api) -> None:
    body = json.dumps([a_flag_body()]).encode()[:-1]
    with nothing_happens():
        answer = api.post("/flags/bulk", body)
    assert (answer.status, answer.problem) == (422, "not-json")


@pytest.mark.parametrize("bad", [b"[1]", b"[", b'["a", {"b": 2}]', b'[{"platform": "simulator"}'])
def test_a_first_line_that_starts_like_an_array_sinks_no_other(api: Api, bad: bytes) -> None:
    body = ndjson(bad, a_flag_body("ira:1"), a_flag_body("ira:2"))
    answer = api.post("/flags/bulk", body, content_type="application/x-ndjson; charset=utf-8")
    assert (answer.status, answer.body["accepted"], answer.body["rejected"]) == (200, 2, 1)
    assert [error["field"] for error in answer.body["results"][0]["error"]["errors"]] == ["body"]


def test_an_array_is_taken_as_one_whatever_it_is_called(api: Api) -> None:
    array = json.dumps([a_flag_body("ira:1"), a_flag_body("ira:2")], indent=1).encode()
    answer = api.post("/flags/bulk", array, content_type="application/x-ndjson")
    assert (answer.body["accepted"], answer.body["rejected"]) == (2, 0)


def test_each_stored_flag_leaves_its_entries(api: Api) -> None:
    before = Entry.objects.count()
    api.post("/flags/bulk", [a_flag_body("ira:1"), a_flag_body("ira:1"), a_flag_body("ira:2", policy="no_such")])
    actions = list(Entry.objects.order_by("id").values_list("action", flat=True))[before:]
    assert sorted(set(actions)) == ["case.opened", "flag.received", "platform.created"]
    assert actions.count("flag.received") == 2
