"""A supervisor who leaves a page open is alerted to an order on it."""

from datetime import timedelta

from common import clock
from reviews.services import orders
from reviews.services.facts import LegalBasis
from tests.cast import Cast, a_flag


def test_an_open_page_alerts_by_itself(sign_in, cast: Cast) -> None:
    supervisor = sign_in(cast.supervisor)
    supervisor.goto("/batches/")
    received, due = clock.now() - timedelta(minutes=40), clock.now() + timedelta(minutes=20)
    a_flag(legal_basis=LegalBasis(order_id="A 1", authority="An authority", received_at=received, deadline=due))
    assert orders.alert() == 1
    supervisor.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # the next look is due now
    supervisor.sees("Order A 1")
    assert (supervisor.violations(), supervisor.overflow()) == ([], 0)
