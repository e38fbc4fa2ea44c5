"""Cases are held and asked about through the API."""

import pytest

from common import clock
from reviews.models import Case, Escalation, Hold, Queue
from tests.calls import Api, Json, a_claimed_case, api_of, nothing_happens
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(cast: Cast) -> Api:
    Queue.objects.create(slug="hard", title="Hard ones")
    return api_of(cast)


def ask(api: Api, claimed: Json, what: str, **said: str):
    body = {"staff": "moderator", "claim_token": claimed["claim"]["token"]} | said
    return api.post(f"/cases/{claimed['case']['id']}/{what}", body)


def test_a_case_is_held_until_its_holder_claims_it_again(api: Api) -> None:
    claimed = a_claimed_case(api)
    answer = ask(api, claimed, "hold", reason="Later.")
    assert (answer.status, answer.body["case"]["state"]) == (200, "held")
    again = api.post(f"/cases/{claimed['case']['id']}/claim", {"staff": "moderator"})
    assert (again.status, Hold.objects.get().ended_as) == (200, "resumed")


def test_a_reminder_lies_ahead(api: Api) -> None:
    claimed = a_claimed_case(api)
    with nothing_happens():
        answer = ask(api, claimed, "hold", reason="Later.", remind_at=clock.now().isoformat())
    assert (answer.status, answer.fields) == (422, {"remind_at"})


def test_a_question_is_asked_and_no_key_answers_it(api: Api) -> None:
    claimed = a_claimed_case(api)
    answer = ask(api, claimed, "escalate", queue="hard", question="Is this satire?")
    assert (answer.status, answer.body["state"]) == (200, "escalated")
    assert Escalation.objects.get().question == "Is this satire?"
    shown = api.get(f"/cases/{claimed['case']['id']}?staff=supervisor").body
    assert shown["actions"] == []


def test_a_skip_takes_one_of_the_reasons(api: Api) -> None:
    claimed = a_claimed_case(api)
    with nothing_happens():
        assert ask(api, claimed, "skip", why="mood").status == 422
    assert ask(api, claimed, "skip", why="language").status == 200
    assert Case.objects.get().skips.get().why == "language"
