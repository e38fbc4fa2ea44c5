"""Legal orders over the API: what a flag may say of one, what is refused, and the receipt."""

from typing import Any

import pytest

from common import clock
from reviews.models import Flag, LegalOrder
from staff.choices import SourceKind
from tests.calls import Api, a_flag_body, nothing_happens
from tests.cast import Cast, a_client, a_decision

pytestmark = pytest.mark.django_db
ORDER = {"order_id": "A 1", "authority": "An authority"}
REMOVAL = ORDER | {"kind": "removal_order_2021_784", "member_state": "PT"}


@pytest.fixture
def sender(db: None) -> Api:
    """A government's key."""
    return Api(a_client("An authority", SourceKind.GOVERNMENT)[1])


def test_a_removal_order_is_due_an_hour_after_its_receipt(sender: Api, frozen_clock) -> None:
    answer = sender.post("/flags", a_flag_body(legal_basis=REMOVAL | {"received_at": "2026-03-02T13:50:00+02:00"}))
    receipt = {
        "id": str(LegalOrder.objects.get().pk),
        "received_at": "2026-03-02T11:50:00Z",
        "acknowledged_at": None,
        "deadline": "2026-03-02T12:50:00Z",
        "state": "open",
        "preserve_until": "2026-09-01T12:00:00Z",
        "outcome": None,
        "answered_at": None,
    }
    assert (answer.status, answer.body["legal_order"]) == (201, receipt)
    with clock.moved(minutes=51):
        shown = sender.get(f"/flags/{answer.body['id']}").body["legal_order"]
    assert shown == receipt | {"state": "overdue"}


def test_the_receipt_tells_the_answer(sender: Api, cast: Cast, frozen_clock) -> None:
    flag = sender.post("/flags", a_flag_body(legal_basis=REMOVAL)).body["id"]
    with clock.moved(minutes=20):
        a_decision(cast.moderator, case=Flag.objects.get(pk=flag).case)
    receipt = sender.get(f"/flags/{flag}").body["legal_order"]
    assert (receipt["state"], receipt["outcome"]) == ("answered", "suspend")
    assert receipt["answered_at"] == "2026-03-02T12:20:00Z"


def test_a_flag_without_an_order_has_no_receipt(sender: Api) -> None:
    flag = sender.post("/flags", a_flag_body()).body
    assert "legal_order" not in flag
    assert "legal_order" not in sender.get(f"/flags/{flag['id']}").body


def test_an_order_sent_again_is_one_order(sender: Api) -> None:
    body = a_flag_body(legal_basis=REMOVAL, client_reference="r-1")
    first, again = sender.post("/flags", body), sender.post("/flags", body)
    assert (first.status, again.status) == (201, 200)
    assert first.body["legal_order"]["id"] == again.body["legal_order"]["id"]


def test_an_authoritys_name_is_stored_composed_and_its_order_id_as_it_came(sender: Api) -> None:
    said = {"order_id": "A\u0301 1", "authority": "Poli\u0301cia"}
    assert sender.post("/flags", a_flag_body(legal_basis=said)).status == 201
    order = LegalOrder.objects.get()
    assert (order.order_id, order.authority) == ("A\u0301 1", "Pol\u00edcia")
    with nothing_happens():
        grown = sender.post("/flags", a_flag_body(legal_basis=said | {"authority": "\u0958" * 200}))
    assert (grown.status, grown.fields) == (422, {"legal_basis.authority"})


def test_orders_come_in_bulk_too(sender: Api) -> None:
    bodies = [a_flag_body(f"ira:{number}", legal_basis=REMOVAL) for number in range(30)]
    assert sender.post("/flags/bulk", bodies).body["accepted"] == 30
    assert LegalOrder.objects.count() == 30


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (REMOVAL | {"member_state": "US"}, "legal_basis.member_state"),
        (ORDER | {"kind": "order_dsa_9", "member_state": "CH"}, "legal_basis.member_state"),
        (REMOVAL | {"deadline": "2026-03-02T14:00:00Z"}, "legal_basis.deadline"),
        (
            ORDER | {"received_at": "2026-03-02T11:00:00Z", "deadline": "2026-03-02T10:00:00Z"},
            "legal_basis.deadline",
        ),
        (ORDER | {"received_at": "2026-03-02T13:00:00Z"}, "legal_basis.received_at"),
    ],
)
def test_a_bad_combination_is_refused_by_its_field(sender: Api, frozen_clock, said: dict[str, Any], field: str) -> None:
    body = a_flag_body(legal_basis=said)
    with nothing_happens():
        answer = sender.post("/flags", body)
    assert (answer.status, answer.fields) == (422, {field})
