"""A supervisor who leaves a page open is alerted to an order on it."""

from datetime import timedelta

from django.urls import reverse

from common import clock
from reviews.services import orders, threats
from reviews.services.facts import LegalBasis
from tests.cast import Cast, a_case, a_flag


def test_an_open_page_alerts_by_itself(sign_in, cast: Cast) -> None:
    supervisor = sign_in(cast.supervisor)
    supervisor.goto("/batches/")
    received, due = clock.now() - timedelta(minutes=40), clock.now() + timedelta(minutes=20)
    a_flag(legal_basis=LegalBasis(order_id="A 1", authority="An authority", received_at=received, deadline=due))
    assert orders.alert() == 1
    supervisor.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # the next look is due now
    supervisor.sees("Order A 1")
    assert (supervisor.violations(), supervisor.overflow()) == ([], 0)


def test_alerts_stand_above_a_case_and_leave_it_the_room(sign_in, cast: Cast) -> None:
    cases = [a_case(), a_case(), a_case()]
    for case in cases:
        threats.report(cast.moderator, case_id=case.pk)
    supervisor = sign_in(cast.supervisor)
    supervisor.page.set_viewport_size({"width": 1440, "height": 900})
    supervisor.goto(reverse("reviews:case-detail", args=[cases[0].pk]))
    alerts = supervisor.page.locator(".alerts .notice").all()
    assert len(alerts) == 3
    assert max(alert.bounding_box()["height"] for alert in alerts) < 60
    assert supervisor.page.locator(".case").bounding_box()["height"] > 500
