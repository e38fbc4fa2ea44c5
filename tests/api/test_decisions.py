"""Decisions over the API: made under a claim, undone in their window, reversed after it."""

from datetime import datetime, timedelta

import pytest

from accounts.models import Account
from audit.models import Entry
from common import clock
from common.ids import new_id
from reviews.models import Case, Decision
from reviews.services import decisions
from staff.choices import SourceKind
from takedowns.models import Enforcement
from tests.calls import Api, a_claimed_case, a_decision_body, a_flag_body, an_account_body, nothing_happens
from tests.cast import Cast, a_client

pytestmark = pytest.mark.django_db


def decide(api: Api, claimed: dict, outcome: str = "suspend", **fields: object):  # type: ignore[no-untyped-def,type-arg]
    return api.post(f"/cases/{claimed['case']['id']}/decision", a_decision_body(claimed, outcome, **fields))


def test_a_suspension_is_decided_and_waits_for_its_window(api: Api) -> None:
    claimed = a_claimed_case(api)
    with clock.frozen(clock.now()):
        answer = decide(api, claimed)
        now = clock.now()
    row, sent = Decision.objects.get(), Enforcement.objects.get()
    assert answer.status == 201
    assert (answer.body["id"], answer.body["state"], answer.body["outcome"]) == (str(row.pk), "pending", "suspend")
    assert datetime.fromisoformat(answer.body["effective_at"]) == now + timedelta(seconds=30)
    assert answer.body["account"]["external_id"] == "ira:1"
    assert answer.body["decided_by"] == "Pseudonym of moderator"
    assert (sent.kind, sent.state, sent.cause, sent.not_before_at) == (
        "suspend", "waiting", f"decision:{row.pk}", row.effective_at,
    )  # fmt: skip


def test_a_keep_sends_nothing(api: Api) -> None:
    answer = decide(api, a_claimed_case(api), "keep")
    assert (answer.status, answer.body["outcome"]) == (201, "keep")
    assert Enforcement.objects.count() == 0


def test_a_second_decision_with_the_same_token_is_refused(api: Api) -> None:
    claimed = a_claimed_case(api)
    decide(api, claimed)
    with nothing_happens():
        again = decide(api, claimed)
    assert (again.status, again.problem) == (409, "claim-lost")


@pytest.mark.parametrize("change", [{"claim_token": "another"}, {"staff": "moderator2"}])
def test_a_stale_token_is_refused(api: Api, change: dict[str, object]) -> None:
    claimed = a_claimed_case(api)
    with nothing_happens():
        answer = decide(api, claimed, **change)
    assert (answer.status, answer.problem) == (409, "claim-lost")


def test_a_claim_that_ran_out_decides_nothing(api: Api) -> None:
    claimed = a_claimed_case(api)
    with clock.moved(seconds=301), nothing_happens():
        assert decide(api, claimed).problem == "claim-lost"


def test_missing_fields_are_all_named(api: Api) -> None:
    claimed = a_claimed_case(api)
    with nothing_happens():
        answer = api.post(f"/cases/{claimed['case']['id']}/decision", {"staff": "moderator"})
    assert answer.status == 422
    assert answer.fields == {"claim_token", "evidence_version", "outcome", "policy", "reason"}


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"outcome": "delete"}, {"outcome"}),
        ({"policy": "no_such"}, {"policy"}),
        ({"reason": "   "}, {"reason"}),
        ({"reason": ""}, {"reason"}),
        ({"evidence_version": 0}, {"evidence_version"}),
        ({"evidence_version": 2}, {"evidence_version"}),
        ({"evidence_version": 2**40}, {"evidence_version"}),
        ({"until": "2001-01-01T00:00:00Z"}, {"until"}),
        ({"until": "2999-01-01T00:00:00"}, {"until"}),
        ({"until": "9999-12-31T23:59:59-12:00"}, {"until"}),
        ({"until": "2999-01-01T00:00:00Z", "outcome": "keep"}, {"until"}),
    ],
)
def test_a_bad_decision_is_refused(api: Api, change: dict[str, object], fields: set[str]) -> None:
    claimed = a_claimed_case(api)
    with nothing_happens():
        answer = decide(api, claimed, **change)
    assert (answer.status, answer.fields) == (422, fields)


def test_a_keep_on_evidence_that_grew_is_refused_and_a_suspension_stands(api: Api) -> None:
    claimed = a_claimed_case(api)
    api.post("/flags", a_flag_body())
    with nothing_happens():
        keep = decide(api, claimed, "keep")
    assert (keep.status, keep.problem, keep.body["evidence_version"]) == (409, "evidence-changed", 2)
    assert decide(api, claimed, "suspend").status == 201


def test_reasons_are_stored_composed(api: Api) -> None:
    decided = decide(api, a_claimed_case(api), reason="So\u0301.").body
    with clock.moved(minutes=5):
        decisions.make_effective()
        turned = api.post(f"/decisions/{decided['id']}/reverse", {"staff": "senior", "reason": "Na\u0303o."}).body
    assert [decided["reason"], turned["reason"]] == ["S\u00f3.", "N\u00e3o."]


def test_a_suspension_that_needs_a_second_person_is_proposed(api: Api) -> None:
    protected = {"external_id": "ira:1", "handle": "x", "protected_class": "elected_official"}
    case = api.post("/flags", a_flag_body(account=protected)).body["case"]
    claimed = api.post(f"/cases/{case}/claim", {"staff": "moderator"}).body
    actions = api.get(f"/cases/{case}?staff=moderator").body["actions"]
    assert actions == ["escalate", "hold", "keep", "propose", "release", "renew", "skip"]
    answer = decide(api, claimed)
    assert (answer.status, answer.body["state"], answer.body["effective_at"]) == (202, "proposed", None)
    shown = api.get(f"/cases/{case}?staff=senior").body
    assert (shown["state"], shown["actions"], shown["proposal"]["needs"]) == ("second_look", [], ["protected"])


def test_a_proposal_is_taken_back_by_undoing_it(api: Api) -> None:
    protected = {"external_id": "ira:1", "handle": "x", "protected_class": "minor"}
    case = api.post("/flags", a_flag_body(account=protected)).body["case"]
    proposal = decide(api, api.post(f"/cases/{case}/claim", {"staff": "moderator"}).body).body
    answer = api.post(f"/decisions/{proposal['id']}/undo", {"staff": "moderator"})
    assert (answer.status, answer.body["state"], Case.objects.get().state) == (200, "undone", "waiting")


@pytest.mark.parametrize("path", ["/flags", "/flags/bulk"])
def test_a_flag_that_joins_takes_no_protection_away(api: Api, path: str) -> None:
    said = {"external_id": "ira:1", "handle": "x"}
    case = api.post("/flags", a_flag_body(account=said | {"protected_class": "journalist"})).body["case"]
    claimed = api.post(f"/cases/{case}/claim", {"staff": "moderator"}).body
    government = Api(a_client("A ministry", SourceKind.GOVERNMENT)[1])
    joined = government.post(path, a_flag_body(account=said | {"protected_class": ""}))
    assert joined.status in (200, 201)
    assert (answer := decide(api, claimed)).status == 202
    assert answer.body["needs"] == ["protected"]
    assert Account.objects.get().protected_class == "journalist"


def test_who_may_write_accounts_may_end_a_protection(api: Api) -> None:
    api.put("/accounts/simulator/ira:1", an_account_body(protected_class="minor"))
    api.put("/accounts/simulator/ira:1", an_account_body(protected_class=""))
    assert Account.objects.get().protected_class == ""


def test_an_undone_decision_never_happened(api: Api) -> None:
    decided = decide(api, a_claimed_case(api)).body
    answer = api.post(f"/decisions/{decided['id']}/undo", {"staff": "moderator"})
    assert (answer.status, answer.body["state"]) == (200, "undone")
    assert (Case.objects.get().state, Enforcement.objects.get().state) == ("waiting", "cancelled")


def test_undoing_twice_or_too_late_is_refused(api: Api) -> None:
    first, second = decide(api, a_claimed_case(api, "ira:1")).body, decide(api, a_claimed_case(api, "ira:2")).body
    api.post(f"/decisions/{first['id']}/undo", {"staff": "moderator"})
    with nothing_happens():
        again = api.post(f"/decisions/{first['id']}/undo", {"staff": "moderator"})
        with clock.moved(seconds=31):
            late = api.post(f"/decisions/{second['id']}/undo", {"staff": "moderator"})
        others = api.post(f"/decisions/{second['id']}/undo", {"staff": "moderator2"})
    assert (again.status, again.problem) == (409, "decision-not-standing")
    assert (late.status, late.problem) == (409, "too-late")
    assert others.status == 403


def test_a_senior_reverses_what_became_effective(api: Api) -> None:
    decided = decide(api, a_claimed_case(api)).body
    with clock.moved(seconds=31):
        decisions.make_effective()
        with nothing_happens():
            refused = api.post(f"/decisions/{decided['id']}/reverse", {"staff": "moderator", "reason": "Wrong."})
        answer = api.post(f"/decisions/{decided['id']}/reverse", {"staff": "senior", "reason": "Wrong."})
        again = api.post(f"/decisions/{decided['id']}/reverse", {"staff": "senior", "reason": "Wrong."})
    assert refused.status == 403
    assert (answer.status, answer.body["outcome"], answer.body["reverses"]) == (201, "keep", decided["id"])
    assert Decision.objects.get(pk=decided["id"]).state == "reversed"
    assert again.status == 409


def test_a_decision_that_is_not_there(api: Api) -> None:
    with nothing_happens():
        answers = [
            api.post(f"/decisions/{new_id()}/undo", {"staff": "moderator"}),
            api.post(f"/decisions/{new_id()}/reverse", {"staff": "senior", "reason": "Wrong."}),
        ]
    assert [(answer.status, answer.problem) for answer in answers] == [(404, "not-found")] * 2


def test_a_key_decides_only_for_its_own_people(api: Api, cast: Cast) -> None:
    claimed = a_claimed_case(api)
    other = Api(a_client(acts_for=["moderator2"])[1])
    with nothing_happens():
        assert decide(other, claimed).problem == "cannot-act-for"


def test_the_log_tells_who_decided_through_which_key(api: Api, cast: Cast) -> None:
    decided = decide(api, a_claimed_case(api)).body
    entry = Entry.objects.get(action="decision.made")
    assert (entry.actor, entry.on_behalf_of) == (cast.client.key, "person:moderator")
    assert entry.subjects[0] == f"decision:{decided['id']}"
