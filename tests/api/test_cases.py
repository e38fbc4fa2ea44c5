"""Cases over the API: listed, read, served, claimed, renewed, given back."""

from datetime import datetime

import pytest

from audit.models import Entry
from common import clock
from common.ids import new_id
from reviews.models import Case, Claim, Queue
from reviews.services.policies import install_starters
from staff import actors
from staff.choices import Scope
from tests.calls import Api, a_claimed_case, a_flag_body, nothing_happens
from tests.cast import Cast, a_client

pytestmark = pytest.mark.django_db


def test_next_claims_the_case_that_ranks_first(api: Api) -> None:
    api.post("/flags", a_flag_body("ira:small"))
    big = api.post("/flags", a_flag_body(account={"external_id": "ira:big", "handle": "big", "followers": 10**6})).body
    answer = api.post("/queue/next", {"staff": "moderator"})
    claim = Claim.objects.get()
    assert answer.status == 200
    assert answer.body["case"]["id"] == big["case"]
    assert answer.body["case"]["account"]["external_id"] == "ira:big"
    assert answer.body["case"]["account"]["platform"] == "simulator"
    assert answer.body["case"]["evidence_version"] == 1
    assert answer.body["claim"]["token"] == claim.token
    assert datetime.fromisoformat(answer.body["claim"]["expires_at"]) == claim.expires_at


def test_next_is_204_when_nothing_waits(api: Api) -> None:
    with nothing_happens():
        answer = api.post("/queue/next", {"staff": "moderator"})
    assert (answer.status, answer.body) == (204, None)


def test_next_keeps_to_the_queue(api: Api) -> None:
    api.post("/flags", a_flag_body("ira:en"))
    Queue.objects.create(slug="arabic", title="Arabic", languages=["ar"])
    assert api.post("/queue/next", {"staff": "moderator", "queue": "arabic"}).status == 204
    assert api.post("/queue/next", {"staff": "moderator", "queue": "none-such"}).problem == "not-found"
    assert api.post("/queue/next", {"staff": "moderator", "queue": ""}).status == 200


@pytest.mark.parametrize(
    ("body", "status", "fields"),
    [
        ({}, 422, {"staff"}),
        ({"staff": ""}, 422, {"staff"}),
        ({"staff": "moderator", "lease": 9}, 422, {"lease"}),
        ({"staff": "outsider"}, 403, {"staff"}),
        ({"staff": "nobody"}, 403, {"staff"}),
        ({"staff": "auditor"}, 403, set()),
        ({"staff": "administrator"}, 403, set()),
    ],
)
def test_next_is_for_a_person_whom_the_key_acts_for_and_who_may(
    api: Api, body: dict[str, object], status: int, fields: set[str]
) -> None:
    api.post("/flags", a_flag_body())
    with nothing_happens():
        answer = api.post("/queue/next", body)
    assert (answer.status, answer.fields) == (status, fields)


def test_a_key_acts_for_its_own_people_alone(api: Api, cast: Cast) -> None:
    api.post("/flags", a_flag_body())
    other = Api(a_client(acts_for=["moderator2"])[1])
    with nothing_happens():
        assert other.post("/queue/next", {"staff": "moderator"}).problem == "cannot-act-for"
    assert other.post("/queue/next", {"staff": "moderator2"}).status == 200


def test_who_holds_a_case_is_told_to_whom_it_is_refused(api: Api) -> None:
    claimed = a_claimed_case(api)
    with nothing_happens():
        answer = api.post(f"/cases/{claimed['case']['id']}/claim", {"staff": "moderator2"})
    assert (answer.status, answer.problem) == (409, "case-claimed")
    assert answer.body["holder"] == "Pseudonym of moderator"
    assert datetime.fromisoformat(answer.body["expires_at"]) == datetime.fromisoformat(claimed["claim"]["expires_at"])


def test_claiming_again_renews_ones_own_claim(api: Api) -> None:
    claimed = a_claimed_case(api)
    with clock.moved(seconds=60):
        again = api.post(f"/cases/{claimed['case']['id']}/claim", {"staff": "moderator"}).body
    assert again["claim"]["token"] == claimed["claim"]["token"]
    assert again["claim"]["expires_at"] > claimed["claim"]["expires_at"]


def test_a_claim_is_renewed_then_given_back(api: Api) -> None:
    claimed = a_claimed_case(api)
    path, held = f"/cases/{claimed['case']['id']}", {"staff": "moderator", "claim_token": claimed["claim"]["token"]}
    with clock.moved(seconds=60):
        assert api.post(f"{path}/renew", held).body["claim"]["expires_at"] > claimed["claim"]["expires_at"]
    assert api.post(f"{path}/release", held).body["state"] == "waiting"
    with nothing_happens():
        assert api.post(f"{path}/renew", held).problem == "claim-lost"


def test_a_skipped_case_is_not_served_again_today(api: Api) -> None:
    claimed = a_claimed_case(api)
    said = {"staff": "moderator", "claim_token": claimed["claim"]["token"], "reason": "I know the person."}
    assert api.post(f"/cases/{claimed['case']['id']}/skip", said).body["state"] == "waiting"
    assert api.post("/queue/next", {"staff": "moderator"}).status == 204
    assert api.post("/queue/next", {"staff": "moderator2"}).status == 200


@pytest.mark.parametrize("gesture", ["renew", "release", "skip"])
def test_any_token_but_the_live_one_is_refused(api: Api, gesture: str) -> None:
    claimed = a_claimed_case(api)
    path = f"/cases/{claimed['case']['id']}/{gesture}"
    with nothing_happens():
        answers = [
            api.post(path, {"staff": "moderator", "claim_token": "another"}),
            api.post(path, {"staff": "moderator2", "claim_token": claimed["claim"]["token"]}),
        ]
    assert [(answer.status, answer.problem) for answer in answers] == [(409, "claim-lost")] * 2
    assert api.post(path, {}).fields == {"staff", "claim_token"}


@pytest.mark.parametrize("gesture", ["suspend", "close"])
def test_what_does_not_exist_yet_is_not_there(api: Api, gesture: str) -> None:
    claimed = a_claimed_case(api)
    answer = api.post(f"/cases/{claimed['case']['id']}/{gesture}", {"staff": "moderator"})
    assert (answer.status, answer.problem) == (404, "not-found")


def test_a_case_is_read_with_flags_rank_and_actions_and_the_log_tells_who_looked(api: Api, cast: Cast) -> None:
    sent = api.post("/flags", a_flag_body(posts=[{"external_id": "p1", "text": "t"}])).body
    api.post("/flags", a_flag_body())
    before = Entry.objects.count()
    body = api.get(f"/cases/{sent['case']}?staff=moderator").body
    assert (body["state"], body["evidence_version"], body["actions"]) == ("waiting", 2, ["claim"])
    assert [flag["evidence"] for flag in body["flags"]] == [["p1"], []]
    assert body["flags"][0]["followers"] == 165
    assert body["rank_total"] == pytest.approx(sum(line["points"] for line in body["rank"]), abs=0.05)
    assert body["rank"][0] == {"points": 20.0, "sentence": "Severity 2 of 4, the gravest"}
    entry = Entry.objects.latest("id")
    assert (Entry.objects.count(), entry.action) == (before + 1, "case.viewed")
    assert (entry.actor, entry.on_behalf_of) == (cast.client.key, "person:moderator")


def test_without_a_person_a_case_shows_no_actions(api: Api) -> None:
    claimed = a_claimed_case(api)
    assert api.get(f"/cases/{claimed['case']['id']}").body["actions"] == []
    assert api.get(f"/cases/{claimed['case']['id']}?staff=moderator").body["actions"] == [
        "escalate", "hold", "keep", "release", "renew", "skip", "suspend",
    ]  # fmt: skip
    assert api.get(f"/cases/{claimed['case']['id']}?staff=moderator2").body["actions"] == []


def test_a_key_that_only_reads_may_name_its_person(cast: Cast) -> None:
    sent = Api(cast.key).post("/flags", a_flag_body()).body
    reader = Api(a_client(scopes=[Scope.CASES_READ], acts_for=["moderator"])[1])
    answer = reader.get(f"/cases/{sent['case']}?staff=moderator")
    assert (answer.status, answer.body["actions"]) == (200, [])


def test_a_case_that_is_not_there(api: Api) -> None:
    with nothing_happens():
        answers = [api.get(f"/cases/{new_id()}"), api.post(f"/cases/{new_id()}/claim", {"staff": "moderator"})]
    assert [(answer.status, answer.problem) for answer in answers] == [(404, "not-found")] * 2
    assert api.get("/cases/not-an-id").status == 404


def test_cases_are_listed_newest_first_page_by_page(api: Api) -> None:
    for number in range(5):
        api.post("/flags", a_flag_body(f"ira:{number}"))
    first = api.get("/cases?page_size=2").body
    second = api.get(f"/cases?page_size=2&cursor={first['next']}").body
    third = api.get(f"/cases?page_size=2&cursor={second['next']}").body
    listed = [case["id"] for page in (first, second, third) for case in page["results"]]
    assert listed == [str(pk) for pk in Case.objects.order_by("-id").values_list("pk", flat=True)]
    assert third["next"] is None


def test_cases_are_listed_by_state(api: Api) -> None:
    claimed = a_claimed_case(api, "ira:1")
    api.post("/flags", a_flag_body("ira:2"))
    assert [case["id"] for case in api.get("/cases?state=claimed").body["results"]] == [claimed["case"]["id"]]
    assert len(api.get("/cases").body["results"]) == 2


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("state=lost", "state"),
        ("staff=a%00b", "staff"),
        ("cursor=x", "cursor"),
        ("page_size=0", "page_size"),
        ("page_size=501", "page_size"),
    ],
)
def test_a_malformed_question_is_refused(api: Api, query: str, field: str) -> None:
    answer = api.get(f"/cases?{query}")
    assert (answer.status, answer.fields) == (422, {field})


def test_policies_and_queues_are_listed_for_any_key(cast: Cast) -> None:
    install_starters(actors.operator())
    api = Api(a_client(scopes=[])[1])
    policies, queues = api.get("/policies").body, api.get("/queues").body
    assert len(policies["results"]) == 12
    assert "coordinated_inauthentic_behaviour" in [policy["code"] for policy in policies["results"]]
    filters = {"policies", "languages", "platforms", "source_kinds", "severity_from", "severity_to"}
    filters |= {"protected_classes", "follower_bands", "older_than_hours"}
    assert set(queues["results"][0]) == filters | {"slug", "title", "team", "roles"}
    assert (policies["next"], queues["next"]) == (None, None)
