"""Every call × every scope: which opens it, and that no key, or a key without it, opens nothing."""

import re
from typing import Any

import pytest
from django.db import transaction

from staff.choices import Scope
from tests.architecture.doors import ApiCall, api_calls
from tests.architecture.world import World, a_world
from tests.calls import Api, nothing_happens
from tests.cast import a_client

ANY_KEY = None
CALLS = {
    "POST /api/v1/flags": Scope.FLAGS_WRITE,
    "GET /api/v1/flags": Scope.FLAGS_READ,
    "POST /api/v1/flags/bulk": Scope.FLAGS_WRITE,
    "GET /api/v1/flags/{flag_id}": Scope.FLAGS_READ,
    "POST /api/v1/flags/{flag_id}/withdraw": Scope.FLAGS_WRITE,
    "GET /api/v1/sources/me": Scope.FLAGS_READ,
    "GET /api/v1/accounts/{platform}/{external_id}": Scope.ACCOUNTS_READ,
    "PUT /api/v1/accounts/{platform}/{external_id}": Scope.ACCOUNTS_WRITE,
    "POST /api/v1/accounts/bulk": Scope.ACCOUNTS_WRITE,
    "POST /api/v1/activity/bulk": Scope.ACTIVITY_WRITE,
    "GET /api/v1/policies": ANY_KEY,
    "GET /api/v1/queues": ANY_KEY,
    "GET /api/v1/cases": Scope.CASES_READ,
    "GET /api/v1/cases/{case_id}": Scope.CASES_READ,
    "POST /api/v1/queue/next": Scope.CASES_WRITE,
    "POST /api/v1/cases/{case_id}/claim": Scope.CASES_WRITE,
    "POST /api/v1/cases/{case_id}/renew": Scope.CASES_WRITE,
    "POST /api/v1/cases/{case_id}/release": Scope.CASES_WRITE,
    "POST /api/v1/cases/{case_id}/skip": Scope.CASES_WRITE,
    "POST /api/v1/cases/{case_id}/hold": Scope.CASES_WRITE,
    "POST /api/v1/cases/{case_id}/escalate": Scope.CASES_WRITE,
    "POST /api/v1/cases/{case_id}/decision": Scope.DECISIONS_WRITE,
    "POST /api/v1/decisions/{decision_id}/undo": Scope.DECISIONS_WRITE,
    "POST /api/v1/decisions/{decision_id}/reverse": Scope.DECISIONS_WRITE,
    "POST /api/v1/batches": Scope.BATCHES_WRITE,
    "GET /api/v1/batches/{batch_id}": Scope.BATCHES_READ,
    "GET /api/v1/batches/{batch_id}/items": Scope.BATCHES_READ,
    "POST /api/v1/batches/{batch_id}/start": Scope.BATCHES_WRITE,
    "POST /api/v1/batches/{batch_id}/pause": Scope.BATCHES_WRITE,
    "POST /api/v1/batches/{batch_id}/resume": Scope.BATCHES_WRITE,
    "POST /api/v1/batches/{batch_id}/retry": Scope.BATCHES_WRITE,
    "POST /api/v1/batches/{batch_id}/revert": Scope.BATCHES_WRITE,
    "POST /api/v1/batches/{batch_id}/cancel": Scope.BATCHES_WRITE,
    "GET /api/v1/statistics/definitions": Scope.STATISTICS_READ,
    "GET /api/v1/statistics/{name}": Scope.STATISTICS_READ,
    "GET /api/v1/audit/entries": Scope.AUDIT_READ,
}


def name_of(call: ApiCall) -> str:
    return f"{call.method} {call.path}"


def test_every_call_demands_the_scope_of_the_table() -> None:
    assert {name_of(call): call.scope for call in api_calls()} == CALLS


@pytest.fixture
def world(db: None) -> World:
    return a_world()


def test_a_call_opens_for_its_scope_alone(world: World) -> None:
    wrong = []
    for scope, api in _keys().items():
        for call in api_calls():
            with transaction.atomic():
                answer = api.send(call.method, _path(world, call), _body(call))
                transaction.set_rollback(True)
            is_refused = answer.status == 403 and answer.problem == "scope-missing"
            if is_refused is (call.scope in (None, scope)) or answer.status >= 500:
                wrong.append(f"{name_of(call)} answers a key with {scope or 'no scope'} {answer.status}")
    assert wrong == []


def test_a_refused_call_does_nothing(world: World) -> None:
    keys = _keys()
    with nothing_happens():
        for call in api_calls():
            for scope in [scope for scope in ("", *Scope.values) if call.scope not in (None, scope)][:3]:
                keys[scope].send(call.method, _path(world, call), _body(call))


def test_a_call_without_a_good_key_is_refused(world: World) -> None:
    with nothing_happens():
        for call in api_calls():
            for api in (Api(), Api("cl0000000000.wrong"), Api(world.cast.key[:-1])):
                answer = api.send(call.method, _path(world, call), _body(call))
                assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Bearer"), name_of(call)


def test_a_signed_in_person_has_no_key(world: World) -> None:
    api = Api()
    api.http.force_login(world.cast.supervisor.person())
    for call in api_calls():
        assert api.send(call.method, _path(world, call), _body(call)).status == 401, name_of(call)


def test_a_method_that_a_call_does_not_have_is_refused(world: World) -> None:
    api, calls = Api(world.cast.key), api_calls()
    with nothing_happens():
        for path in {call.path for call in calls}:
            for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - {c.method for c in calls if c.path == path}:
                assert api.send(method, _path(world, ApiCall(method, path, None))).status == 405, path


def test_nothing_there_is_told_as_a_problem(world: World) -> None:
    answer = Api(world.cast.key).get("/no/such/call")
    assert (answer.status, answer.problem) == (404, "not-found")


def _path(world: World, call: ApiCall) -> str:
    given = world.arguments
    return re.sub(r"{(\w+)}", lambda found: str(given[found[1]]), call.path).removeprefix("/api/v1")


def _keys() -> dict[str, Api]:
    """A key per scope that holds this scope alone, and one with none (""), each for the moderator."""
    granted = {"": [], **{scope: [scope] for scope in Scope.values}}
    return {name: Api(a_client(scopes=scopes, acts_for=["moderator"])[1]) for name, scopes in granted.items()}


def _body(call: ApiCall) -> Any:
    if call.method == "GET" or call.path.endswith(("/bulk", "/withdraw")):
        return None
    return {"staff": "moderator"}
