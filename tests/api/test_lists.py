"""Every list is paged in one way: a cursor and a page size go in, `results` and `next` come out."""

from typing import Any

import pytest
from django.test import Client

from common.openapi import CURSOR
from insights import definitions
from reviews.models import Queue
from tests.calls import Api
from tests.cast import a_policy

pytestmark = pytest.mark.django_db
KNOWN_WHOLE = ["/policies", "/queues", "/statistics/definitions"]


@pytest.fixture
def rows(db: None) -> None:
    """Three policies and three queues, their codes and slugs in another order than they stand in."""
    for position, name in enumerate(("m", "z", "a")):
        a_policy(name, position=position)
        Queue.objects.create(slug=name, title=name, position=position)


def lists(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What is told of each call that answers with a page, by its id."""
    found = {}
    for item in document["paths"].values():
        if "get" in item:
            schema = item["get"]["responses"]["200"]["content"]["application/json"]["schema"]
            shape = document["components"]["schemas"].get(schema.get("$ref", "").rpartition("/")[2], schema)
            if shape.get("type") == "array" or "results" in shape["properties"]:
                found[item["get"]["operationId"]] = item["get"] | {"shape": shape}
    return found


def test_every_list_is_told_alike() -> None:
    found = lists(Client().get("/api/schema/").json())
    assert found.keys() >= {"audit_entry_list", "case_list", "policy_list", "queue_list", "statistic_definitions"}
    for name, told in found.items():
        assert told["shape"]["required"] == ["results", "next"], name
        assert {parameter["name"] for parameter in told["parameters"]} >= {one.name for one in CURSOR}, name
        assert "invalid" in told["responses"]["422"]["content"]["application/problem+json"]["examples"], name


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize("path", KNOWN_WHOLE)
@pytest.mark.parametrize("size", [1, 2])
def test_a_short_list_comes_whole_or_page_by_page(api: Api, path: str, size: int) -> None:
    pages = [api.get(f"{path}?page_size={size}").body]
    while cursor := pages[-1]["next"]:
        pages.append(api.get(f"{path}?page_size={size}&cursor={cursor}").body)
    whole = api.get(path).body
    assert [row for page in pages for row in page["results"]] == whole["results"]
    assert [len(page["results"]) for page in pages[:-1]] == [size] * (len(pages) - 1)
    assert (len(pages), whole["next"]) == (-(-len(whole["results"]) // size), None)


@pytest.mark.usefixtures("rows")
def test_short_lists_keep_their_own_order(api: Api) -> None:
    assert [row["code"] for row in api.get("/policies").body["results"]] == ["m", "z", "a"]
    assert [row["slug"] for row in api.get("/queues").body["results"]] == ["m", "z", "a"]
    names = [row["name"] for row in api.get("/statistics/definitions?page_size=5").body["results"]]
    assert names == list(definitions.BY_NAME)[:5]


@pytest.mark.parametrize("path", KNOWN_WHOLE)
@pytest.mark.parametrize("field", ["cursor", "page_size"])
def test_a_place_in_a_short_list_that_there_is_not_is_refused(api: Api, path: str, field: str) -> None:
    answer = api.get(f"{path}?{field}=nowhere")
    assert (answer.status, answer.problem, answer.fields) == (422, "invalid", {field})
