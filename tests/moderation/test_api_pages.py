"""The API's reference: every call and every problem stands there, for anybody, without a script of its own."""

import pytest
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from common import problems
from moderation.reference import groups_of
from tests.architecture.doors import api_calls

pytestmark = pytest.mark.django_db


def test_every_call_stands_in_the_reference() -> None:
    document = Client().get("/api/schema/").json()
    shown = {(one.method, one.path) for group in groups_of(document) for one in group.operations}
    page = Client().get("/api/docs/").content.decode()
    assert shown == {(call.method, call.path) for call in api_calls()}
    for group in groups_of(document):
        for operation in group.operations:
            assert f'id="{operation.id}"' in page
            assert operation.successes
            assert operation.refusals


def test_the_document_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    first = Client().get("/api/schema/").content
    Client().get("/api/docs/")
    monkeypatch.setattr(SchemaGenerator, "get_schema", None)
    assert Client().get("/api/schema/?lang=%00").content == first
    assert Client().get("/api/docs/").status_code == 200


def test_a_problems_type_is_its_place_on_the_page() -> None:
    page = Client().get("/api/docs/problems/").content.decode()
    for code in problems.declared():
        assert problems.uri_of(code) == f"/api/docs/problems/#{code}"
        assert f'id="{code}"' in page
    refused = Client().get("/api/v1/policies").json()
    assert refused["type"] == "/api/docs/problems/#not-signed-in"


def test_nested_fields_are_told_by_their_paths() -> None:
    groups = groups_of(Client().get("/api/schema/").json())
    [send] = [one for group in groups for one in group.operations if one.id == "flag_send"]
    fields = {field.path: field for field in send.bodies[0].fields}
    assert fields["account.external_id"].is_required
    assert fields["account.followers"].kind == "integer or null"
    assert "at most 10,000" in fields["reason"].bounds
    assert {"posts", "posts[].text", "posts[].media[].hash", "legal_basis.order_id"} <= fields.keys()
    assert [field.path for field in send.parameters] == ["Idempotency-Key"]
    assert send.curl.startswith("curl -X POST")
