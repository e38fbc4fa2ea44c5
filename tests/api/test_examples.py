"""The document's examples: each call has them, each fits its schema, and what is sent is taken as they say."""

import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from django.test import Client

from common import problems
from common.examples import NoExample, example_of
from tests.architecture.world import World, a_world
from tests.calls import Api

METHODS = ("get", "put", "post", "delete", "patch")
HOW = "Give it one: Annotated[str, Meta(examples=[…])]; CONTRIBUTING.md says how."
# What an example cannot know: the live claim, and what one call here does to the next. The problem that it is answered.
ANSWERED = {
    "flag_read": "not-found",
    "flag_withdraw": "not-found",
    "flag_find": "not-found",
    "account_read": "not-found",
    "case_read": "not-found",
    "case_claim": "not-found",
    "case_renew": "not-found",
    "case_release": "not-found",
    "case_skip": "not-found",
    "case_hold": "not-found",
    "case_escalate": "not-found",
    "case_decide": "not-found",
    "decision_undo": "not-found",
    "decision_reverse": "not-allowed",
    "batch_read": "not-found",
    "batch_items": "not-found",
    "batch_start": "not-found",
    "batch_pause": "not-found",
    "batch_resume": "not-found",
    "batch_retry": "not-found",
    "batch_revert": "not-found",
    "batch_cancel": "not-found",
}


@pytest.fixture
def document(db: None) -> dict[str, Any]:
    return dict(Client().get("/api/schema/").json())


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each call: its method, its path, and what is told of it."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item and path.startswith("/api/v1/"):
                yield method.upper(), path, item[method]


def bodies(told: dict[str, Any]) -> Iterator[tuple[str, bool, dict[str, Any]]]:
    """Every body of a call, sent and answered: where it stands, whether it is sent, and its content."""
    for media_type, content in told.get("requestBody", {}).get("content", {}).items():
        yield f"request ({media_type})", True, content
    for status, answer in told["responses"].items():
        for content in answer.get("content", {}).values():
            yield f"answer {status}", False, content


def test_every_call_says_what_it_is(document: dict[str, Any]) -> None:
    for _, path, told in operations(document):
        assert all(told.get(name) for name in ("summary", "description", "operationId", "tags")), path


def test_every_body_has_an_example(document: dict[str, Any]) -> None:
    missing = []
    for method, path, told in operations(document):
        for where, sent, content in bodies(told):
            if not content.get("examples"):
                missing.append(f"{method} {path}, {where}: {_lacking(document, content['schema'], sent=sent)}")
    assert not missing, "\n".join(missing)


def test_every_example_fits_its_schema(document: dict[str, Any]) -> None:
    wrong = []
    for method, path, told in operations(document):
        for where, _, content in bodies(told):
            fits = jsonschema_rs.validator_for(
                content["schema"] | {"components": document["components"]}, validate_formats=True
            )
            for name, shown in content.get("examples", {}).items():
                wrong += [
                    f"{method} {path}, {where}, {name}: {fault.message}" for fault in fits.iter_errors(shown["value"])
                ]
    assert not wrong, "\n".join(wrong)


def test_what_the_examples_send_is_answered_as_told(document: dict[str, Any]) -> None:
    world = a_world()
    wrong = [fault for method, path, told in operations(document) for fault in _faults(world, method, path, told)]
    assert not wrong, "\n".join(wrong)


def test_every_problem_is_known_to_a_call(document: dict[str, Any]) -> None:
    told = {
        code
        for _, _, one in operations(document)
        for status, answer in one["responses"].items()
        if status >= "400"
        for content in answer["content"].values()
        for code in content["examples"]
    }
    elsewhere = {
        kind.code
        for kind in problems.declared().values()
        if kind.given_by is problems.GivenBy.NO_DOCUMENTED_CALL or kind.code == "conflict"
    }
    assert told == problems.declared().keys() - elsewhere


def _lacking(document: dict[str, Any], schema: dict[str, Any], *, sent: bool) -> str:
    try:
        example_of(schema, document["components"]["schemas"], sent=sent)
    except NoExample as lacking:
        return f"{lacking.where} has no example. {HOW}"
    return "has none"


def _faults(world: World, method: str, path: str, told: dict[str, Any]) -> Iterator[str]:
    """What is wrong with the answers to what the examples of a call send."""
    address = _address(path, told)
    contents = told.get("requestBody", {}).get("content", {})
    shown = [one["value"] for one in contents.get("application/json", {}).get("examples", {}).values()] or [None]
    for body in shown:
        answer = Api(world.cast.key).send(method, address, body)
        got = answer.body["code"] if answer.status >= 400 else ""
        if str(answer.status) not in told["responses"] or got != ANSWERED.get(told["operationId"], ""):
            yield f"{method} {path}: its example is answered {answer.status} {answer.body}"


def _address(path: str, told: dict[str, Any]) -> str:
    parameters = {one["name"]: one for one in told.get("parameters", ())}

    def given(name: str) -> str:
        return str(_shown(parameters[name]))

    filled = re.sub(r"{(\w+)}", lambda found: given(found[1]), path).removeprefix("/api/v1")
    asked = (
        [f"{name}={_shown(one)}" for name, one in parameters.items() if one["in"] == "query" and one["required"]]
        if any(one.get("required") for one in parameters.values() if one["in"] == "query")
        else []
    )
    return filled + ("?" + "&".join(asked) if asked else "")


def _shown(parameter: dict[str, Any]) -> Any:
    if parameter.get("examples"):
        return next(iter(parameter["examples"].values()))["value"]
    return example_of(parameter["schema"], {}, sent=True, where=parameter["name"])
