"""The page of platforms: what it shows, and the switch on it."""

import pytest
from django.test import Client

from takedowns.models import Stop
from tests.cast import Cast, a_platform, an_account
from tests.takedowns.builders import an_enforcement, in_state

pytestmark = pytest.mark.django_db


@pytest.fixture
def supervisor(cast: Cast, client: Client) -> Client:
    client.force_login(cast.supervisor.person())
    return client


def test_the_page_counts_what_is_due_and_what_failed(supervisor: Client) -> None:
    busy = a_platform()
    for _ in range(3):
        an_enforcement(an_account(platform=busy))
    in_state(an_enforcement(an_account(platform=busy)), "failed")
    [row] = supervisor.get("/platforms/").context["rows"]
    assert (row.platform, row.due, row.failed, row.unknown, row.is_stuck) == (busy, 3, 1, 0, False)


def test_the_switch_stops_one_platform_and_lets_it_go_on(supervisor: Client, cast: Cast) -> None:
    platform = a_platform()
    page = supervisor.post("/platforms/stop/", {"platform": platform.slug, "reason": "Too many."}, follow=True)
    assert "Too many." in page.content.decode()
    assert Stop.objects.get(lifted_at=None).platform == platform
    page = supervisor.post("/platforms/lift/", {"platform": platform.slug}, follow=True)
    assert "Too many." not in page.content.decode()
    assert not Stop.objects.filter(lifted_at=None).exists()


def test_the_switch_stops_all(supervisor: Client) -> None:
    a_platform()
    page = supervisor.post("/platforms/stop/", {"platform": "", "reason": "Too many."}, follow=True)
    assert "All takedowns are stopped." in page.content.decode()
    assert Stop.objects.get().platform is None


def test_a_missing_reason_is_said_beside_its_field_and_nothing_stops(supervisor: Client) -> None:
    platform = a_platform()
    page = supervisor.post("/platforms/stop/", {"platform": platform.slug, "reason": ""})
    assert page.status_code == 422
    assert 'aria-describedby="stop-fault"' in page.content.decode()
    assert not Stop.objects.exists()


def test_who_may_only_look_sees_no_switch(cast: Cast, client: Client) -> None:
    client.force_login(cast.auditor.person())
    assert "Stop now" not in client.get("/platforms/").content.decode()
    assert client.post("/platforms/stop/", {"reason": "Too many."}).status_code == 403
