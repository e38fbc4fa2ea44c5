"""The pages of webhooks: what administrators and supervisors do there, and what is shown only once."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from reviews.models import WebhookDelivery, WebhookEndpoint
from tests.cast import Cast, a_client, a_flag
from tests.receivers import Receiver, Reply, a_receiver
from tests.reviews.told import Told, an_endpoint, deliver, loopback_allowed, verified

pytestmark = pytest.mark.django_db
SECRET = "whsec_"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with loopback_allowed(), a_receiver() as made:
        yield made


@pytest.fixture
def told(cast: Cast, receiver: Receiver) -> Told:
    return an_endpoint(cast.client, receiver)


@pytest.fixture
def administrator(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.administrator.person())
    return client


def page(answer: Any) -> str:
    return str(answer.content.decode())


def test_an_endpoint_is_made_and_its_secret_shown_once(cast: Cast, receiver: Receiver, administrator: Client) -> None:
    body = {"client": "Cast client", "url": f"{receiver.url}/hook", "events": ["flag.received", "case.decided"]}
    answer = administrator.post(reverse("reviews:webhook-new"), body)
    assert answer.status_code == 200
    secret = SECRET + page(answer).split(f'value="{SECRET}')[1].split('"')[0]
    row = WebhookEndpoint.objects.get()
    assert (row.url, row.events) == (f"{receiver.url}/hook", ["flag.received", "case.decided"])
    assert SECRET not in page(administrator.get(reverse("reviews:webhook-detail", args=[row.pk])))
    a_flag(cast.client)
    deliver()
    assert verified(receiver.received[0], secret)["type"] == "flag.received"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"url": "https://10.0.0.1/hook"}, "a private network"),
        ({"url": "ftp://example.org/"}, "https://"),
        ({"url": "https://user:pw@example.org/"}, "user name or password"),
        ({"url": ""}, "Fill this in."),
        ({"events": []}, "Tick one at least"),
        ({"events": ["flag.deleted"]}, "Tick what is listed here"),
        ({"client": "Nobody"}, "Choose one that is listed here"),
    ],
)
def test_what_can_not_be_is_said_beside_the_field(
    cast: Cast, administrator: Client, changed: dict[str, Any], said: str
) -> None:
    body = {"client": "Cast client", "url": "https://1.1.1.1/", "events": ["case.decided"]} | changed
    answer = administrator.post(reverse("reviews:webhook-new"), body)
    assert (answer.status_code, said in page(answer)) == (422, True)
    assert WebhookEndpoint.objects.count() == 0


def test_the_same_url_twice_is_refused(told: Told, administrator: Client) -> None:
    body = {"client": "Cast client", "url": told.endpoint.url, "events": ["case.decided"]}
    answer = administrator.post(reverse("reviews:webhook-new"), body)
    assert (answer.status_code, "This client has it already: change that endpoint" in page(answer)) == (422, True)


def test_a_client_has_ten_endpoints_at_most(cast: Cast, told: Told, administrator: Client) -> None:
    for number in range(9):
        an_endpoint(cast.client, told.receiver, path=f"/{number}")
    body = {"client": "Cast client", "url": f"{told.receiver.url}/more", "events": ["case.decided"]}
    answer = administrator.post(reverse("reviews:webhook-new"), body)
    assert (answer.status_code, WebhookEndpoint.objects.count()) == (422, 10)


def test_url_and_events_can_be_changed(told: Told, administrator: Client) -> None:
    address = reverse("reviews:webhook-edit", args=[told.endpoint.pk])
    assert told.endpoint.url in page(administrator.get(address))
    answer = administrator.post(address, {"url": f"{told.receiver.url}/new", "events": ["case.decided"]}, follow=True)
    assert "The endpoint is changed." in page(answer)
    told.endpoint.refresh_from_db()
    assert (told.endpoint.url, told.endpoint.events) == (f"{told.receiver.url}/new", ["case.decided"])


def test_a_rotation_shows_the_new_secret_and_says_how_long_the_old_one_signs(told: Told, administrator: Client) -> None:
    answer = page(administrator.post(reverse("reviews:webhook-rotate", args=[told.endpoint.pk])))
    assert SECRET in answer
    assert told.secret not in answer
    assert "signs beside it until" in answer
    shown = page(administrator.get(reverse("reviews:webhook-detail", args=[told.endpoint.pk])))
    assert "two, the old one until" in shown


def test_a_test_event_is_sent_and_its_page_shows_each_try(told: Told, administrator: Client) -> None:
    told.receiver.replies = [Reply(500, "<script>alert(1)</script>\u202e".encode())]
    sent = administrator.post(reverse("reviews:webhook-test", args=[told.endpoint.pk]))
    deliver()
    shown = page(administrator.get(sent["Location"]))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "U+202E" in shown
    assert "\u202e" not in shown
    assert "Failed, to be tried again" in shown


def test_one_delivery_can_be_sent_anew(cast: Cast, told: Told, administrator: Client) -> None:
    a_flag(cast.client)
    deliver()
    [row] = told.deliveries
    answer = administrator.post(reverse("reviews:webhook-resend", args=[row.pk]))
    assert answer["Location"] == reverse("reviews:webhook-delivery", args=[row.pk])
    assert deliver() == 1
    assert len(told.messages()) == 2


def test_all_that_failed_can_be_sent_anew(cast: Cast, told: Told, administrator: Client) -> None:
    for _ in range(3):
        a_flag(cast.client)
    WebhookDelivery.objects.update(state="exhausted")
    address = reverse("reviews:webhook-replay", args=[told.endpoint.pk])
    assert "3 deliveries are sent anew." in page(administrator.post(address, {"hours": "24"}, follow=True))
    assert deliver() == 3
    assert administrator.post(address, {"hours": "5"}).status_code == 422


def test_deliveries_are_filtered_by_state(cast: Cast, told: Told, administrator: Client) -> None:
    for _ in range(2):
        a_flag(cast.client)
    first, second = told.deliveries
    WebhookDelivery.objects.filter(pk=first.pk).update(state="exhausted")
    address = reverse("reviews:webhook-detail", args=[told.endpoint.pk])

    def listed(query: str) -> list[str]:
        shown = page(administrator.get(address + query))
        return [name for name, row in (("first", first), ("second", second)) if str(row.pk) in shown]

    assert listed("") == ["first", "second"]
    assert listed("?state=exhausted") == ["first"]
    assert listed("?state=pending") == ["second"]
    assert listed("?state=nonsense") == ["first", "second"]


def test_an_endpoint_that_ended_itself_says_why(cast: Cast, told: Told, administrator: Client) -> None:
    told.receiver.replies = [Reply(410)]
    a_flag(cast.client)
    deliver()
    address = reverse("reviews:webhook-detail", args=[told.endpoint.pk])
    assert "410 Gone" in page(administrator.get(address))
    assert "Disabled" in page(administrator.get(reverse("reviews:webhook-list")))
    administrator.post(reverse("reviews:webhook-enable", args=[told.endpoint.pk]))
    assert "410 Gone" not in page(administrator.get(address))


def test_the_list_takes_no_more_statements_for_more_endpoints(
    cast: Cast, told: Told, administrator: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(6):
        an_endpoint(a_client()[0], told.receiver, path=f"/{number}")
    a_flag(cast.client)
    with django_assert_max_num_queries(4):
        administrator.get(reverse("reviews:webhook-list"))
    with django_assert_max_num_queries(6):
        administrator.get(reverse("reviews:webhook-detail", args=[told.endpoint.pk]))


def test_an_auditor_sees_but_changes_nothing(cast: Cast, told: Told) -> None:
    client = Client()
    client.force_login(cast.auditor.person())
    shown = page(client.get(reverse("reviews:webhook-detail", args=[told.endpoint.pk])))
    assert "Send a test" not in shown
    assert "New secret" not in shown
