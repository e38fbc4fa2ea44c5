"""Calls of the API as a program makes them, and what must stay as it was when one is refused."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.apps import apps
from django.test import Client

from audit.models import Entry
from tests.cast import Cast, a_platform, a_policy

Json = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """What came back: status, body (None when empty), headers by name, and the media type."""

    status: int
    body: Any
    headers: dict[str, str]

    @property
    def problem(self) -> str:
        """The stable code of a problem."""
        assert self.headers["Content-Type"] == "application/problem+json"
        return str(self.body["code"])

    @property
    def fields(self) -> set[str]:
        """The fields that a problem names."""
        return {error["field"] for error in self.body.get("errors", [])}


class Api:
    """The API behind one key (without one, nobody)."""

    def __init__(self, key: str = "") -> None:
        self.http = Client(raise_request_exception=False)
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}

    def get(self, path: str) -> Answer:
        return self.send("GET", path)

    def post(self, path: str, body: Any = None, **how: Any) -> Answer:
        return self.send("POST", path, body, **how)

    def put(self, path: str, body: Any, **how: Any) -> Answer:
        return self.send("PUT", path, body, **how)

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: dict[str, str] | None = None,
        content_type: str = "application/json",
    ) -> Answer:
        """Takes bytes as they are, anything else as JSON; `headers` besides the key."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else b""
        said = self._headers | (headers or {})
        sent = self.http.generic(method, f"/api/v1{path}", data, content_type=content_type, headers=said)
        content = b"".join(sent.streaming_content) if sent.streaming else sent.content
        is_json = content and "json" in sent.headers.get("Content-Type", "")
        return Answer(sent.status_code, json.loads(content) if is_json else None, dict(sent.headers))


def a_flag_body(external_id: str = "ira:1", **fields: Any) -> Json:
    """A flag as a client sends it; `fields` replace what it says. The platform and the policy exist."""
    a_platform()
    account = {"external_id": external_id, "handle": "someone", "followers": 165, "language": "en"}
    return {"platform": "simulator", "account": account, "policy": a_policy().code, "reason": "It is so."} | fields


def an_account_body(external_id: str = "ira:1", **fields: Any) -> Json:
    """An account as a client sends it among many."""
    a_platform()
    return {"platform": "simulator", "external_id": external_id, "handle": "someone"} | fields


def a_tally_body(topic: str = "a-topic", **fields: Any) -> Json:
    """A tally of a topic (which exists) as a client sends it."""
    a_platform()
    return {"platform": "simulator", "topic": topic, "day": "2026-01-02", "stance": "promoting", "posts": 7} | fields


def a_claimed_case(api: Api, external_id: str = "ira:1", staff: str = "moderator") -> Json:
    """The answer to claiming the case of a new flag."""
    flag = api.post("/flags", a_flag_body(external_id))
    assert flag.status == 201, flag.body
    claimed = api.post(f"/cases/{flag.body['case']}/claim", {"staff": staff})
    assert claimed.status == 200, claimed.body
    return dict(claimed.body)


def a_decision_body(claimed: Json, outcome: str = "suspend", **fields: Any) -> Json:
    """The decision that the holder of `claimed` would send."""
    return {
        "staff": "moderator",
        "claim_token": claimed["claim"]["token"],
        "evidence_version": claimed["case"]["evidence_version"],
        "outcome": outcome,
        "policy": "coordinated_inauthentic_behaviour",
        "reason": "It is so.",
    } | fields


def a_batch_body(*external_ids: str, **fields: Any) -> Json:
    """A batch that suspends these accounts of the simulator, as the moderator would ask for it."""
    accounts = [{"platform": a_platform().slug, "external_id": external_id} for external_id in external_ids]
    return {
        "staff": "moderator",
        "title": "Wave 3",
        "outcome": "suspend",
        "policy": a_policy().code,
        "reason": "It is so.",
        "expected_count": len(accounts),
        "accounts": accounts,
    } | fields


def account_path(external_id: str, platform: str = "simulator") -> str:
    """The address of an account, its external id percent-encoded."""
    return f"/accounts/{platform}/{quote(external_id, safe='')}"


def row_counts() -> dict[str, int]:
    """How many rows each of our tables holds, sessions aside."""
    ours = {"audit", "staff", "accounts", "takedowns", "reviews", "insights"}
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.app_label in ours
    }


@contextmanager
def nothing_happens() -> Iterator[None]:
    """The block leaves no row and no entry behind, and takes none away."""
    before = row_counts()
    yield
    assert row_counts() == before


def actions_since(count: int) -> list[str]:
    """The actions recorded after the first `count` entries, oldest first."""
    return list(Entry.objects.order_by("id").values_list("action", flat=True))[count:]


def api_of(cast: Cast) -> Api:
    """The API with the cast's key: every scope, for everybody."""
    return Api(cast.key)
