"""What was answered 201 is in the queue, at its rank: there is no moment in which it isn't."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from reviews.models import Case, Claim
from reviews.services import claims
from staff.actors import Actor
from tests.calls import Api, a_flag_body
from tests.cast import Cast, a_cast, a_policy

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return a_cast()


def claim_elsewhere(person: Actor) -> Claim:
    """The next case, claimed over a connection of its own, which sees only what is committed."""

    def claim() -> Claim | None:
        try:
            return claims.claim_next(person)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as other:
        found = other.submit(claim).result(10)
    assert found is not None
    return found


def test_a_flag_can_be_claimed_elsewhere_as_soon_as_it_is_answered(cast: Cast) -> None:
    answer = Api(cast.key).post("/flags", a_flag_body())
    assert answer.status == 201
    assert str(claim_elsewhere(cast.moderator).case_id) == answer.body["case"]


def test_each_flag_is_served_at_its_rank(cast: Cast) -> None:
    api, grave = Api(cast.key), a_policy("grave", severity=4).code
    weak, strong, middle = (
        api.post("/flags", a_flag_body("ira:weak")).body["case"],
        api.post("/flags", a_flag_body("ira:strong", policy=grave)).body["case"],
        api.post("/flags", a_flag_body("ira:middle", policy=a_policy("middle", severity=3).code)).body["case"],
    )
    served = [str(claim_elsewhere(who).case_id) for who in (cast.moderator, cast.second_moderator, cast.senior)]
    assert served == [strong, middle, weak]


def test_a_flag_that_joins_has_raised_its_case_when_it_is_answered(cast: Cast) -> None:
    api, grave = Api(cast.key), a_policy("grave", severity=4).code
    first = api.post("/flags", a_flag_body("ira:first")).body["case"]
    api.post("/flags", a_flag_body("ira:second"))
    joined = api.post("/flags", a_flag_body("ira:second", policy=grave))
    assert str(claim_elsewhere(cast.moderator).case_id) == joined.body["case"] != first


def test_bulk_is_in_the_queue_when_it_is_answered(cast: Cast) -> None:
    answer = Api(cast.key).post("/flags/bulk", [a_flag_body(f"ira:{number}") for number in range(30)])
    cases = {result["case"] for result in answer.body["results"]}
    assert len(cases) == Case.objects.count() == 30
    assert str(claim_elsewhere(cast.moderator).case_id) in cases
