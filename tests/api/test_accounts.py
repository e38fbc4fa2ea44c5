"""Accounts over the API: written, read, and what is being done about them."""

import pytest

from accounts.models import Account
from common import clock
from tests.calls import Api, a_claimed_case, a_decision_body, account_path, nothing_happens
from tests.cast import a_platform, an_account

pytestmark = pytest.mark.django_db

ODD_IDS = [
    "a/b",
    "//a//",
    "a b?c#d&e=f",
    "100%",
    "%2F",
    "ä/ü",
    "..",
    "a/../b",
    "line\nbreak",
    "tab\t",
    "💥",
    "a+b",
    "x/",
]


@pytest.mark.parametrize("external_id", ODD_IDS)
def test_an_external_id_may_hold_any_character(api: Api, external_id: str) -> None:
    a_platform()
    written = api.put(account_path(external_id), {"handle": "someone"})
    assert (written.status, written.body["external_id"]) == (201, external_id)
    assert api.get(account_path(external_id)).body == written.body
    assert Account.objects.get().external_id == external_id


def test_what_is_left_out_stays_as_it_is_stored(api: Api) -> None:
    a_platform()
    path = account_path("ira:1")
    api.put(path, {"handle": "old", "followers": 7, "bio": "Zürich"})
    answer = api.put(path, {"handle": "new", "external_id": "ira:1", "platform": "simulator"})
    assert answer.status == 200
    assert (answer.body["handle"], answer.body["followers"], answer.body["bio"]) == ("new", 7, "Zürich")


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"handle"}),
        ({"handle": "a", "platform_state": "suspended"}, {"platform_state"}),
        ({"handle": "a", "external_id": "other"}, {"external_id"}),
        ({"handle": "a", "platform": "other"}, {"platform"}),
        ({"handle": "a", "followers": 2**63}, {"followers"}),
        ({"handle": "a", "country": "Brazil"}, {"country"}),
        ({"handle": "a", "protected_class": "king"}, {"protected_class"}),
        ({"handle": "a", "bio": "\0"}, {"bio"}),
    ],
)
def test_a_bad_account_is_refused(api: Api, body: dict[str, object], fields: set[str]) -> None:
    a_platform()
    with nothing_happens():
        answer = api.put(account_path("ira:1"), body)
    assert (answer.status, answer.fields) == (422, fields)


def test_names_that_cannot_be_are_refused(api: Api) -> None:
    a_platform()
    with nothing_happens():
        long, nul = (api.put(account_path(name), {"handle": "a"}) for name in ("x" * 301, "a\0b"))
        platform = api.put(account_path("ira:1", "no-such"), {"handle": "a"})
    assert (long.status, long.fields) == (422, {"external_id"})
    assert nul.status == 404
    assert (platform.status, platform.fields) == (422, {"platform"})


def test_an_account_that_is_not_there(api: Api) -> None:
    a_platform()
    answers = [api.get(account_path("ira:1")), api.get(account_path("a\0b")), api.get(account_path("ira:1", "no-such"))]
    assert [(answer.status, answer.problem) for answer in answers] == [(404, "not-found")] * 3


def test_an_account_shows_its_case_and_its_enforcement(api: Api) -> None:
    claimed = a_claimed_case(api)
    path = account_path("ira:1")
    before = api.get(path).body
    assert (before["open_case"], before["enforcement"]) == (claimed["case"]["id"], None)
    decided = api.post(f"/cases/{claimed['case']['id']}/decision", a_decision_body(claimed)).body
    waiting = {"kind": "suspend", "state": "waiting", "attempts": 0, "applied_at": None}
    assert api.get(path).body["enforcement"] == waiting
    api.post(f"/decisions/{decided['id']}/undo", {"staff": "moderator"})
    assert api.get(path).body["enforcement"] == waiting | {"state": "cancelled"}


def test_what_was_applied_tells_when(api: Api) -> None:
    claimed = a_claimed_case(api)
    api.post(f"/cases/{claimed['case']['id']}/decision", a_decision_body(claimed))
    account = Account.objects.get()
    now = clock.now().replace(microsecond=0)
    account.enforcements.update(state="sending", lease=account.pk, leased_until=now, attempts=2)
    account.enforcements.update(state="applied", lease=None, leased_until=None, applied_at=now)
    told = api.get(account_path("ira:1")).body["enforcement"]
    assert told == {
        "kind": "suspend", "state": "applied", "attempts": 2, "applied_at": now.isoformat().replace("+00:00", "Z"),
    }  # fmt: skip


def test_known_facts_are_shown(api: Api) -> None:
    an_account("ira:1", display_name="D", country="DE", platform_state="suspended", followers=None)
    body = api.get(account_path("ira:1")).body
    assert (body["display_name"], body["country"], body["platform_state"]) == ("D", "DE", "suspended")
    assert (body["followers"], body["created_on"]) == (None, None)
