"""Refusals around a call: a server that is away, a failure of ours, a host that isn't ours, odd parameters."""

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client

from common import problems
from reviews.services import intake
from tests.calls import Api, a_flag_body, nothing_happens
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("failure", [OperationalError("gone"), InterfaceError("closed")])
def test_a_database_that_is_away_is_no_fault_of_the_call(
    api: Api, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    def fail(*_: object) -> None:
        raise failure

    body = a_flag_body()
    monkeypatch.setattr(intake, "_record", fail)
    with nothing_happens():
        answers = [api.post(path, body) for path in ("/flags", "/flags/bulk")]
    assert {(answer.status, answer.problem, answer.headers["Retry-After"]) for answer in answers} == {
        (503, "unavailable", "2")
    }


def test_a_failure_of_ours_has_a_type_that_is_explained(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("broken")

    body = a_flag_body()
    monkeypatch.setattr(intake, "_record", fail)
    answer = api.post("/flags", body)
    assert (answer.status, answer.problem) == (500, "server-error")
    assert answer.body["title"] == problems.declared()["server-error"].title


def test_another_host_has_a_type_that_is_explained(cast: Cast) -> None:
    answer = Client().get("/api/v1/policies", headers={"Host": "elsewhere.example"})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-request")
    assert answer.json()["title"] == problems.declared()["bad-request"].title


@pytest.mark.parametrize("size", ["0", "501", "9" * 5000, "\u00b2", "1e2", ""])
def test_a_page_has_a_size_that_can_be(api: Api, size: str) -> None:
    answer = api.get(f"/cases?page_size={size}")
    assert (answer.status, answer.fields) == (422, {"page_size"})


def test_a_parameter_called_format_changes_nothing(api: Api) -> None:
    assert api.get("/policies?format=xml").status == 200


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/cases?past_due=", "past_due"),
        ("/cases?sort=", "sort"),
        ("/statistics/backlog?source=", "source"),
        ("/policies?other=%00", "other"),
        ("/policies?other=%00&other=a", "other"),
    ],
)
def test_a_parameter_says_something_or_is_left_out(api: Api, path: str, field: str) -> None:
    answer = api.get(path)
    assert (answer.status, answer.problem, answer.fields) == (422, "invalid", {field})
