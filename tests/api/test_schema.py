"""The OpenAPI document: whole, without a warning, and open to everybody."""

import io
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import get_resolver

from tests.architecture.doors import api_calls
from tests.calls import Api, a_flag_body

METHODS = {"get", "put", "post", "delete", "patch"}


@pytest.fixture
def document(db: None) -> dict[str, Any]:
    answer = Client().get("/api/schema/")
    assert answer.status_code == 200
    return dict(answer.json())


def test_the_document_is_made_without_a_warning() -> None:
    out = io.StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", "--format", "openapi-json", stdout=out)
    assert '"openapi": "3.1' in out.getvalue()


def test_every_call_is_documented(document: dict[str, Any]) -> None:
    told = {
        (method.upper(), path)
        for path, item in document["paths"].items()
        for method in item
        if method in METHODS and path.startswith("/api/v1/")
    }
    assert told == {(call.method, call.path) for call in api_calls(get_resolver())}


def test_every_call_has_a_name_a_tag_words_answers_and_problems(document: dict[str, Any]) -> None:
    names = []
    for path, item in document["paths"].items():
        for method in METHODS & item.keys():
            told = item[method]
            names.append(told["operationId"])
            assert told["tags"], path
            assert told["description"], path
            assert told["security"] == [{"key": []}], path
            assert "401" in told["responses"], path
            assert any(status.startswith("2") for status in told["responses"]), path
            assert ("requestBody" in told) == (method == "put" or (method == "post" and not path.endswith("withdraw")))
    assert len(names) == len(set(names))


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    components = document["components"]["schemas"]
    for reference in _references(document):
        assert reference.removeprefix("#/components/schemas/") in components


def test_every_closed_set_stands_once_under_its_name(document: dict[str, Any]) -> None:
    """Inside another schema it would be one more enum of a generated client, called `FlagShownOutcomeType3`."""
    components = document["components"]["schemas"]
    sets = {name for name, schema in components.items() if "enum" in schema}
    assert sets >= {"CaseState", "FlagState", "Outcome", "ProtectedClass", "EnforcementKind", "TopicSource"}
    nested = [name for name, schema in components.items() if name not in sets and _enums_in(schema)]
    asked = [path for path, item in document["paths"].items() for told in item.values() if _enums_in(_sent(told))]
    assert (nested, asked) == ([], [])


def test_yaml_for_who_asks(db: None) -> None:
    answer = Client().get("/api/schema/", headers={"Accept": "application/vnd.oai.openapi"})
    assert answer.content.startswith(b"openapi: 3.1")


def _sent(told: dict[str, Any]) -> list[Any]:
    return [told.get("parameters", []), told.get("requestBody", {})]


def _enums_in(value: Any) -> bool:
    if isinstance(value, list):
        return any(map(_enums_in, value))
    return isinstance(value, dict) and ("enum" in value or any(map(_enums_in, value.values())))


def _references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [found for part in value.values() for found in _references(part)]
    if isinstance(value, list):
        return [found for part in value for found in _references(part)]
    return []


def test_the_headers_are_told_and_true(api: Api, document: dict[str, Any]) -> None:
    post = document["paths"]["/api/v1/flags"]["post"]
    assert [parameter["name"] for parameter in post["parameters"]] == ["Idempotency-Key"]
    assert set(post["responses"]["201"]["headers"]) == {"RateLimit", "RateLimit-Policy", "Idempotency-Replayed"}
    assert "Retry-After" in post["responses"]["429"]["headers"]
    answer = api.post("/flags", a_flag_body(), headers={"Idempotency-Key": "one"})
    again = api.post("/flags", a_flag_body(), headers={"Idempotency-Key": "one"})
    assert {"RateLimit", "RateLimit-Policy"} <= answer.headers.keys()
    assert again.headers["Idempotency-Replayed"] == "true"
