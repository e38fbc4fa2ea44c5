"""Flags over the API: sent, sent again, read back, withdrawn."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import Account, Post, Snapshot
from audit.models import Entry
from common import clock
from common.ids import new_id
from reviews.models import Case, Flag, Policy, Source
from reviews.rules import precision
from reviews.services import misuse
from staff.actors import Actor
from staff.choices import SourceKind
from staff.services import clients
from tests.calls import Api, a_claimed_case, a_decision_body, a_flag_body, nothing_happens
from tests.cast import Cast, a_client

pytestmark = pytest.mark.django_db


def test_a_flag_is_stored_with_its_account_and_case(api: Api) -> None:
    answer = api.post("/flags", a_flag_body("ira:x", client_reference="r-1"))
    flag, account, case = Flag.objects.get(), Account.objects.get(), Case.objects.get()
    assert answer.status == 201
    assert answer.body == {
        "id": str(flag.pk),
        "account": {"id": str(account.pk), "platform": "simulator", "external_id": "ira:x"},
        "case": str(case.pk),
        "state": "open",
    }
    assert Snapshot.objects.get().followers == 165


def test_everything_that_a_flag_may_say_is_kept(api: Api) -> None:
    body = a_flag_body(
        account={
            "external_id": "a/b c?", "handle": "Z\u0061\u0301ra", "display_name": "Z", "bio": "b", "url": "https://x.io",
            "language": "pt-BR", "country": "BR", "followers": 5, "following": 6, "posts": 7,
            "created_on": "2012-05-04", "protected_class": "journalist",
        },
        flagged_at="2026-01-02T03:04:05+02:00",
        reporter="user 9",
        legal_basis={"order_id": "o-1", "authority": "Court", "deadline": "2026-01-02T04:04:05Z"},
        posts=[{"external_id": "p1", "text": "Hé", "language": "fr", "posted_at": "2026-01-01T00:00:00Z",
                "url": "https://x.test/p1", "media": [{"url": "https://x.test/m", "type": "image/png", "hash": "ab"}]}],
    )  # fmt: skip
    assert api.post("/flags", body).status == 201
    flag, account, post = Flag.objects.get(), Account.objects.get(), Post.objects.get()
    assert (account.handle, account.country, account.protected_class) == ("Z\u00e1ra", "BR", "journalist")
    assert flag.flagged_at.isoformat() == "2026-01-02T01:04:05+00:00"
    assert flag.legal_basis == {"order_id": "o-1", "authority": "Court", "deadline": "2026-01-02T04:04:05+00:00"}
    assert (flag.evidence, post.text, post.media[0]["type"]) == (["p1"], "Hé", "image/png")
    assert flag.case.legal_deadline_at is not None


def test_the_same_body_again_answers_the_first_flag(api: Api) -> None:
    body = a_flag_body(client_reference="r-1")
    first = api.post("/flags", body)
    with nothing_happens():
        again = api.post("/flags", dict(reversed(body.items())) | {"reporter": ""})
    assert (first.status, again.status) == (201, 200)
    assert again.body == first.body


def test_the_same_reference_with_another_body_is_a_conflict(api: Api) -> None:
    first = api.post("/flags", a_flag_body(client_reference="r-1"))
    with nothing_happens():
        clash = api.post("/flags", a_flag_body(client_reference="r-1", reason="Something else."))
    assert (clash.status, clash.problem) == (409, "reference-reused")
    assert clash.body["flag"] == first.body["id"]


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"policy": "no_such"}, {"policy"}),
        ({"platform": "no-such"}, {"platform"}),
        ({"source_kind": "government"}, {"source_kind"}),
        ({"flagged_at": "2999-01-01T00:00:00Z"}, {"flagged_at"}),
        ({"flagged_at": "2026-01-01T00:00:00"}, {"flagged_at"}),
        ({"flagged_at": "0001-01-01T00:00:00+14:00"}, {"flagged_at"}),
        ({"reason": "a\u0000b"}, {"reason"}),
        ({"account": {"external_id": "x", "handle": "a\u0000b"}}, {"account.handle"}),
        ({"account": {"external_id": "x", "handle": "a", "followers": -1}}, {"account.followers"}),
        (
            {"account": {"external_id": "", "handle": "a", "followers": "many"}},
            {"account.external_id", "account.followers"},
        ),
        ({"account": {}}, {"account.external_id", "account.handle"}),
        ({"account": 7}, {"account"}),
        ({"sender": "me", "reasons": []}, {"sender", "reasons"}),
        ({"posts": [{"external_id": "p"}, {"text": 7}]}, {"posts[0].text", "posts[1].external_id", "posts[1].text"}),
        ({"client_reference": "r" * 201}, {"client_reference"}),
        ({"legal_basis": {"order_id": "o"}}, {"legal_basis.authority"}),
    ],
)  # fmt: skip
def test_a_bad_flag_is_refused_by_the_names_of_its_fields(
    api: Api, change: dict[str, object], fields: set[str]
) -> None:
    body = a_flag_body()
    with nothing_happens():
        answer = api.post("/flags", body | change)
    assert (answer.status, answer.fields) == (422, fields)


@pytest.mark.parametrize(
    "body", [b"{", b"nonsense", b'"\xff"', b"[" * 100_000, b'{"platform": "\\ud800"}', b"[]", b"7"]
)
def test_what_is_no_flag_at_all_is_refused(api: Api, body: bytes) -> None:
    with nothing_happens():
        answer = api.post("/flags", body)
    assert answer.status == 422


def test_a_body_that_is_too_large_is_refused(api: Api) -> None:
    with nothing_happens():
        answer = api.post("/flags", b" " * 1_000_001)
    assert (answer.status, answer.problem) == (413, "too-large")


def test_a_relay_states_the_kind_and_only_a_relay(cast: Cast) -> None:
    relay = Api(a_client("Relay", SourceKind.RELAY)[1])
    missing = relay.post("/flags", a_flag_body())
    assert (missing.status, missing.fields) == (422, {"source_kind"})
    assert relay.post("/flags", a_flag_body(source_kind="school")).status == 201
    assert Flag.objects.get().source.kind == "school"


def test_a_flag_is_read_by_id_and_by_reference_and_tells_the_outcome(api: Api) -> None:
    sent = api.post("/flags", a_flag_body(client_reference="ref/1 ä"))
    claimed = api.post(f"/cases/{sent.body['case']}/claim", {"staff": "moderator"}).body
    open_flag = api.get(f"/flags/{sent.body['id']}").body
    assert (open_flag["state"], open_flag["outcome"]) == ("open", None)
    api.post(f"/cases/{sent.body['case']}/decision", a_decision_body(claimed))
    decided = api.get("/flags?client_reference=ref/1%20%C3%A4")
    assert (decided.status, decided.body["state"], decided.body["outcome"]) == (200, "agreed", "suspend")
    assert decided.body == api.get(f"/flags/{sent.body['id']}").body


def test_another_clients_flag_is_not_there(api: Api, cast: Cast) -> None:
    sent = api.post("/flags", a_flag_body(client_reference="r-1")).body
    other = Api(a_client()[1])
    with nothing_happens():
        answers = [
            other.get(f"/flags/{sent['id']}"),
            other.get("/flags?client_reference=r-1"),
            other.post(f"/flags/{sent['id']}/withdraw"),
            api.get(f"/flags/{new_id()}"),
        ]
    assert [(answer.status, answer.problem) for answer in answers] == [(404, "not-found")] * 4


@pytest.mark.parametrize("query", ["", "?client_reference=", "?client_reference=a%00b"])
def test_finding_needs_a_reference(api: Api, query: str) -> None:
    answer = api.get(f"/flags{query}")
    assert (answer.status, answer.fields) == (422, {"client_reference"})


def test_a_reference_that_is_not_utf8_is_no_reference(api: Api) -> None:
    api.post("/flags", a_flag_body(client_reference="\ufffd"))
    answer = api.get("/flags?client_reference=%ff")
    assert (answer.status, answer.fields) == (422, {"query"})


def test_what_was_accepted_is_answered_the_same_when_its_policy_is_gone(api: Api) -> None:
    body = a_flag_body(client_reference="r-1")
    first = api.post("/flags", body)
    Policy.objects.update(is_active=False)
    with nothing_happens():
        again, other = api.post("/flags", body), api.post("/flags", body | {"client_reference": "r-2"})
    assert (again.status, again.body) == (200, first.body)
    assert (other.status, other.fields) == (422, {"policy"})


def test_a_withdrawn_flag_closes_its_case_and_again_changes_nothing(api: Api) -> None:
    sent = api.post("/flags", a_flag_body()).body
    assert api.post(f"/flags/{sent['id']}/withdraw").body["state"] == "withdrawn"
    assert Case.objects.get().state == "closed"
    with nothing_happens():
        assert api.post(f"/flags/{sent['id']}/withdraw").status == 200


def test_withdrawing_takes_no_words(api: Api) -> None:
    sent = api.post("/flags", a_flag_body()).body
    with nothing_happens():
        answer = api.post(f"/flags/{sent['id']}/withdraw", {"reason": "A mistake."})
    assert (answer.status, answer.fields) == (422, {"reason"})


def test_a_decided_flag_cannot_be_withdrawn(api: Api) -> None:
    claimed = a_claimed_case(api)
    api.post(f"/cases/{claimed['case']['id']}/decision", a_decision_body(claimed))
    with nothing_happens():
        answer = api.post(f"/flags/{Flag.objects.get().pk}/withdraw")
    assert (answer.status, answer.problem) == (409, "flag-decided")


def test_a_source_reads_how_often_it_was_right(api: Api) -> None:
    for name, outcome in (("ira:1", "suspend"), ("ira:2", "suspend"), ("ira:3", "keep")):
        claimed = a_claimed_case(api, name)
        api.post(f"/cases/{claimed['case']['id']}/decision", a_decision_body(claimed, outcome))
    api.post("/flags", a_flag_body("ira:4"))
    body = api.get("/sources/me").body
    assert (body["agreed"], body["disagreed"], body["pending"]) == (2, 1, 1)
    assert body["precision"] == pytest.approx(4 / 7)
    assert [kind["kind"] for kind in body["kinds"]] == ["trusted_flagger"]
    assert (body["prior"], body["window_days"]) == ({"agreed": 2.0, "disagreed": 2.0}, 180)
    posterior = precision.posterior(2, 1)
    assert body["interval"] == body["kinds"][0]["interval"] == {"low": posterior.low, "high": posterior.high}


def suspend_source(cast: Cast, flagger: Actor | None = None) -> None:
    source = Source.objects.get(client=(flagger or cast.client).client)
    misuse.warn(cast.supervisor, source_id=source.pk, text="Too often wrong.")
    ends_at = clock.now() + timedelta(days=7)
    misuse.suspend(cast.supervisor, source_id=source.pk, reason="It went on.", ends_at=ends_at)


def test_a_suspended_sources_flag_is_answered_with_reason_and_end(api: Api, cast: Cast, frozen_clock: datetime) -> None:
    api.post("/flags", a_flag_body("ira:1"))
    suspend_source(cast)
    answer = api.post("/flags", a_flag_body("ira:2"))
    assert (answer.status, answer.problem) == (403, "source-suspended")
    assert (answer.body["reason"], answer.body["ends_at"]) == ("It went on.", "2026-03-09T12:00:00+00:00")
    assert Flag.objects.count() == 1
    with clock.moved(days=7):
        assert api.post("/flags", a_flag_body("ira:2")).status == 201


def test_refused_flags_are_counted_one_by_one(api: Api, cast: Cast, frozen_clock: datetime) -> None:
    api.post("/flags", a_flag_body("ira:1"))
    suspend_source(cast)
    api.post("/flags", a_flag_body("ira:2"))
    twins = [a_flag_body("ira:3", client_reference="twin")] * 2
    bulk = api.post("/flags/bulk", [*twins, a_flag_body("ira:4", policy="no_such"), a_flag_body("ira:5")]).body
    problems = [result["error"]["code"] for result in bulk["results"]]
    assert (bulk["accepted"], bulk["rejected"]) == (0, 4)
    assert problems == ["source-suspended", "source-suspended", "invalid", "source-suspended"]
    assert api.get("/sources/me").body["kinds"][0]["refused"] == 4


def test_what_was_accepted_before_a_suspension_is_answered_as_before(api: Api, cast: Cast) -> None:
    first = api.post("/flags", a_flag_body("ira:1", client_reference="r-1"))
    suspend_source(cast)
    again = api.post("/flags", a_flag_body("ira:1", client_reference="r-1"))
    assert (again.status, again.body) == (200, first.body)


def test_a_source_reads_its_warning_and_its_suspension(api: Api, cast: Cast, frozen_clock: datetime) -> None:
    api.post("/flags", a_flag_body("ira:1"))
    [kind] = api.get("/sources/me").body["kinds"]
    assert (kind["warning"], kind["suspension"], kind["refused"]) == (None, None, 0)
    assert (kind["hourly_bound"], kind["flooding_since"]) == (500, None)
    suspend_source(cast)
    [kind] = api.get("/sources/me").body["kinds"]
    assert kind["warning"] == {"text": "Too often wrong.", "given_at": "2026-03-02T12:00:00Z"}
    assert kind["suspension"] == {
        "reason": "It went on.",
        "since": "2026-03-02T12:00:00Z",
        "ends_at": "2026-03-09T12:00:00Z",
    }
    with clock.moved(days=8):
        assert api.get("/sources/me").body["kinds"][0]["suspension"] is None


@pytest.mark.parametrize(("kind", "status"), [(SourceKind.GOVERNMENT, 201), (SourceKind.AUTOMATED, 403)])
def test_an_authoritys_order_passes_a_suspension(cast: Cast, kind: SourceKind, status: int) -> None:
    actor, key = a_client("Sender", kind)
    api = Api(key)
    api.post("/flags", a_flag_body("ira:1"))
    suspend_source(cast, actor)
    order = {"order_id": "1", "authority": "An authority"}
    assert api.post("/flags", a_flag_body("ira:2", legal_basis=order)).status == status
    assert api.post("/flags", a_flag_body("ira:3")).status == 403


def test_a_relay_reads_its_terms(cast: Cast) -> None:
    relay = Api(a_client("Relay", SourceKind.RELAY)[1])
    clients.change(cast.system, name="Relay", organisation="City", may_state=["school"], terms="Schools of the city")
    body = relay.get("/sources/me").body
    assert (body["organisation"], body["may_state"], body["terms"]) == ("City", ["school"], "Schools of the city")


def test_one_kind_of_a_relay_may_be_suspended_alone(cast: Cast) -> None:
    relay = Api(a_client("Relay", SourceKind.RELAY)[1])
    for kind in ("school", "youth_leader"):
        assert relay.post("/flags", a_flag_body(source_kind=kind)).status == 201
    source = Source.objects.get(kind="school")
    misuse.warn(cast.supervisor, source_id=source.pk, text="Too often wrong.")
    ends_at = clock.now() + timedelta(days=7)
    misuse.suspend(cast.supervisor, source_id=source.pk, reason="It went on.", ends_at=ends_at)
    assert relay.post("/flags", a_flag_body("ira:9", source_kind="school")).status == 403
    assert relay.post("/flags", a_flag_body("ira:9", source_kind="youth_leader")).status == 201


def test_a_flag_on_an_account_that_we_suspended_is_already_actioned(api: Api) -> None:
    claimed = a_claimed_case(api)
    api.post(f"/cases/{claimed['case']['id']}/decision", a_decision_body(claimed))
    again = api.post("/flags", a_flag_body())
    assert (again.status, again.body["state"]) == (201, "already_actioned")
    assert again.body["case"] == claimed["case"]["id"]


def test_each_flag_leaves_its_entries(api: Api, cast: Cast) -> None:
    sent = api.post("/flags", a_flag_body("ira:x")).body
    about = Entry.objects.filter(subjects__contains=["account:simulator/ira:x"]).order_by("id")
    assert [(entry.action, entry.actor) for entry in about] == [
        ("case.opened", cast.client.key),
        ("flag.received", cast.client.key),
    ]
    assert about[1].subjects[0] == f"flag:{sent['id']}"


def test_a_flag_takes_no_more_queries_than_it_did(api: Api, django_assert_max_num_queries: Any) -> None:
    """A ratchet: lower it when a query goes."""
    first, joining = a_flag_body("ira:1"), a_flag_body("ira:2")
    api.post("/flags", joining)
    with django_assert_max_num_queries(17):
        api.post("/flags", first)
    with django_assert_max_num_queries(20):
        api.post("/flags", joining)


@pytest.mark.parametrize(
    ("account", "field"),
    [
        ({"country": "DE\n"}, "account.country"),
        ({"language": "en\n"}, "account.language"),
        ({"url": "https://example.org/\n"}, "account.url"),
        ({"display_name": "\u0958" * 400}, "account"),
        ({"handle": "\u0958" * 200}, "account"),
    ],
)
def test_what_would_not_fit_as_it_is_stored_is_refused(api: Api, account: dict[str, str], field: str) -> None:
    body = a_flag_body()
    body["account"] |= account
    answer = api.post("/flags", body)
    assert (answer.status, answer.fields) == (422, {field})
