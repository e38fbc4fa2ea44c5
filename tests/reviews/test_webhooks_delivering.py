"""Delivering to real receivers that check each signature: tries, rotation, replays, and who waits for whom."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from standardwebhooks import Webhook, WebhookVerificationError

from audit.models import Entry
from common import clock
from common.errors import Conflict
from reviews.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from reviews.rules import webhooks as rules
from reviews.services.webhooks import endpoints, leasing, outcomes, replaying
from staff import actors
from tests.cast import Cast, a_client, a_flag
from tests.receivers import Received, Receiver, Reply, a_receiver
from tests.reviews.told import Told, an_endpoint, deliver, loopback_allowed, make_due, verified

pytestmark = pytest.mark.django_db
SHELL = actors.operator()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with loopback_allowed(), a_receiver() as made:
        yield made


@pytest.fixture
def told(cast: Cast, receiver: Receiver) -> Told:
    return an_endpoint(cast.client, receiver)


def the_only(told: Told) -> WebhookDelivery:
    [row] = told.deliveries
    return row


def test_what_is_due_arrives_signed_and_as_it_was_written(cast: Cast, told: Told) -> None:
    a_flag(cast.client)
    assert deliver() == 1
    row, [request] = the_only(told), told.receiver.received
    assert (row.state, row.attempts, row.lease) == ("delivered", 1, None)
    assert request.body == row.body.encode()
    assert request.headers["webhook-id"] == row.message_id == f"msg_{row.pk.hex}"
    assert request.headers["content-type"] == "application/json"
    assert told.types() == ["flag.received"]
    assert deliver() == 0


def test_a_try_is_on_record_with_its_answer(cast: Cast, told: Told) -> None:
    told.receiver.replies = [Reply(500, "überlastet\0".encode())]
    a_flag(cast.client)
    deliver()
    [attempt] = WebhookAttempt.objects.all()
    assert (attempt.number, attempt.status_code, attempt.error, attempt.answer) == (1, 500, "", "überlastet\ufffd")
    assert attempt.finished_at
    assert attempt.duration_ms is not None


def test_what_failed_is_tried_again_under_the_same_id(cast: Cast, told: Told) -> None:
    told.receiver.replies = [Reply(500), Reply(302, headers={"Location": "/elsewhere"}), Reply(503)]
    a_flag(cast.client)
    for _ in range(4):
        deliver()
        make_due(the_only(told))
    assert [a.status_code for a in WebhookAttempt.objects.order_by("number")] == [500, 302, 503, 200]
    assert len({(r.headers["webhook-id"], r.body) for r in told.receiver.received}) == 1
    assert [message["type"] for message in told.messages()] == ["flag.received"] * 4
    assert the_only(told).state == "delivered"


def test_the_tries_follow_the_schedule_and_end(cast: Cast, told: Told) -> None:
    told.receiver.answer = lambda request: Reply(500)
    a_flag(cast.client)
    gaps, at = [], clock.now()
    for _ in rules.GAPS_SECONDS:
        with clock.moved(seconds=(at - clock.now()).total_seconds()):
            assert deliver() == 1
            row = the_only(told)
            gaps.append((row.next_attempt_at - clock.now()).total_seconds())
        at = row.next_attempt_at + timedelta(seconds=1)
        assert row.state == "failed"
    assert all(a - 1 <= gap <= a * 1.2 for a, gap in zip(rules.GAPS_SECONDS, gaps, strict=True))
    WebhookEndpoint.objects.update(is_active=True, disabled_because="")
    with clock.moved(days=20):
        assert deliver() == 1
        assert deliver() == 0
    assert the_only(told).state == "exhausted"
    assert WebhookAttempt.objects.count() == len(rules.GAPS_SECONDS) + 1


def test_a_receiver_that_asks_to_wait_is_waited_for(cast: Cast, told: Told) -> None:
    told.receiver.replies = [Reply(429, headers={"Retry-After": "3600"})]
    a_flag(cast.client)
    deliver()
    a_flag(cast.client)
    with clock.moved(seconds=3500):
        assert deliver() == 0
    with clock.moved(seconds=3700):
        assert deliver() == 2


@pytest.mark.parametrize(
    "asked",
    [
        "Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
        "Mon, 01 Jan 2026 00:00:00 +99999999999999999999",
        "Mon, 01 Jan 0001 00:00:00 +2359",
        "9" * 5000,
        "soon",
        "-1",
    ],
)
def test_a_receiver_that_asks_for_nonsense_is_tried_again_like_any_other(cast: Cast, told: Told, asked: str) -> None:
    told.receiver.replies = [Reply(503, headers={"Retry-After": asked})]
    a_flag(cast.client)
    assert deliver() == 1
    row = the_only(told)
    assert (row.state, row.attempts, row.lease) == ("failed", 1, None)
    assert row.next_attempt_at <= clock.now() + rules.LONGEST_RETRY_AFTER


def test_nobody_listening_is_a_failed_try_that_says_so(cast: Cast, told: Told) -> None:
    WebhookEndpoint.objects.update(url="http://127.0.0.1:1/")
    a_flag(cast.client)
    deliver()
    assert "refused" in WebhookAttempt.objects.get().error
    assert the_only(told).state == "failed"


def test_an_address_inside_is_never_called(cast: Cast, receiver: Receiver, settings: object) -> None:
    told = an_endpoint(cast.client, receiver)
    a_flag(cast.client)
    settings.CASELOAD["OUTBOUND_NETWORKS"] = []  # type: ignore[attr-defined]
    deliver()
    assert receiver.received == []
    assert "loopback" in WebhookAttempt.objects.get().error
    assert the_only(told).state == "failed"


def test_gone_ends_the_endpoint_with_a_notice(cast: Cast, told: Told) -> None:
    told.receiver.replies = [Reply(410)]
    a_flag(cast.client)
    deliver()
    told.endpoint.refresh_from_db()
    assert (told.endpoint.is_active, told.endpoint.disabled_because) == (False, outcomes.GONE)
    entry = Entry.objects.get(action="endpoint.disabled")
    assert (entry.actor, entry.detail) == ("system", {"why": outcomes.GONE})
    make_due(the_only(told))
    a_flag(cast.client)
    assert deliver() == 0
    endpoints.enable(SHELL, endpoint_id=told.endpoint.pk)
    assert deliver() == 1
    assert the_only(told).state == "delivered"


def test_an_endpoint_that_answers_nothing_well_for_days_ends(cast: Cast, told: Told) -> None:
    told.receiver.answer = lambda request: Reply(500)
    a_flag(cast.client)
    deliver()
    make_due(the_only(told))
    with clock.moved(days=5, seconds=1):
        deliver()
    told.endpoint.refresh_from_db()
    assert (told.endpoint.is_active, told.endpoint.disabled_because) == (False, outcomes.NOBODY_ANSWERS)


# ── secrets ──────────────────────────────────────────────────────────────────────────────────────────────
def signatures(request: Received) -> list[str]:
    return request.headers["webhook-signature"].split(" ")


def test_during_a_rotation_both_secrets_verify_and_afterwards_the_new_one_alone(cast: Cast, told: Told) -> None:
    _, new = endpoints.rotate(SHELL, endpoint_id=told.endpoint.pk)
    a_flag(cast.client)
    deliver()
    [both] = told.receiver.received
    assert verified(both, told.secret) == verified(both, new)
    assert len(signatures(both)) == 2
    a_flag(cast.client)
    WebhookEndpoint.objects.update(old_secret_expires_at=clock.now())
    deliver()
    alone = told.receiver.received[1]
    assert verified(alone, new)["type"] == "flag.received"
    with pytest.raises(WebhookVerificationError):
        verified(alone, told.secret)
    assert len(signatures(alone)) == 1


def test_a_second_rotation_ends_the_oldest_secret(cast: Cast, told: Told) -> None:
    _, second = endpoints.rotate(SHELL, endpoint_id=told.endpoint.pk)
    _, third = endpoints.rotate(SHELL, endpoint_id=told.endpoint.pk)
    a_flag(cast.client)
    deliver()
    [request] = told.receiver.received
    assert verified(request, second) == verified(request, third)
    with pytest.raises(WebhookVerificationError):
        verified(request, told.secret)


def test_nothing_is_sent_unsigned(cast: Cast, told: Told, settings: object) -> None:
    """A secret that can't be read any more, since the product's key is another: a failed try, and no request."""
    a_flag(cast.client)
    settings.SECRET_KEY = "another"  # type: ignore[attr-defined]
    deliver()
    assert told.receiver.received == []
    assert "rotate" in WebhookAttempt.objects.get().error
    _, new = endpoints.rotate(SHELL, endpoint_id=told.endpoint.pk)
    WebhookEndpoint.objects.update(old_secret="", old_secret_expires_at=None)
    make_due(the_only(told))
    deliver()
    assert verified(told.receiver.received[0], new)["type"] == "flag.received"


def test_the_secret_stands_nowhere_in_the_database(cast: Cast, told: Told) -> None:
    endpoints.rotate(SHELL, endpoint_id=told.endpoint.pk)
    told.endpoint.refresh_from_db()
    stored = [told.endpoint.secret, told.endpoint.old_secret, *map(str, Entry.objects.values_list("detail", flat=True))]
    key = told.secret.removeprefix("whsec_")
    assert [text for text in stored if key in text or "whsec_" in text] == []


# ── replays ──────────────────────────────────────────────────────────────────────────────────────────────
def test_a_replay_sends_the_same_again(cast: Cast, told: Told) -> None:
    a_flag(cast.client)
    deliver()
    replaying.replay(SHELL, delivery_id=the_only(told).pk)
    assert deliver() == 1
    first, second = told.receiver.received
    assert (first.headers["webhook-id"], first.body) == (second.headers["webhook-id"], second.body)
    assert told.types() == ["flag.received", "flag.received"]
    assert [a.number for a in WebhookAttempt.objects.order_by("number")] == [1, 2]


def test_a_replay_begins_the_tries_anew(cast: Cast, told: Told) -> None:
    told.receiver.answer = lambda request: Reply(500)
    a_flag(cast.client)
    WebhookDelivery.objects.update(attempts=10, state="exhausted")
    replaying.replay(SHELL, delivery_id=the_only(told).pk)
    deliver()
    row = the_only(told)
    assert (row.state, row.attempts) == ("failed", 11)
    assert (row.next_attempt_at - clock.now()).total_seconds() < 7


def test_all_that_failed_since_is_replayed(cast: Cast, told: Told) -> None:
    with clock.moved(days=-3):
        a_flag(cast.client)
    for _ in range(3):
        a_flag(cast.client)
    old, *new = told.deliveries
    WebhookDelivery.objects.update(state="exhausted")
    WebhookDelivery.objects.filter(pk=new[0].pk).update(state="delivered", delivered_at=clock.now())
    since = clock.now() - timedelta(days=1)
    assert replaying.replay_failed(SHELL, endpoint_id=told.endpoint.pk, since=since) == 2
    assert deliver() == 2
    assert [row.state for row in told.deliveries] == ["exhausted", "delivered", "delivered", "delivered"]
    assert old.pk == told.deliveries[0].pk


def test_what_is_being_sent_is_not_replayed(cast: Cast, told: Told) -> None:
    a_flag(cast.client)
    leasing.lease(told.endpoint.pk, limit=1)
    with pytest.raises(Conflict, match="being sent"):
        replaying.replay(SHELL, delivery_id=the_only(told).pk)


def test_a_disabled_endpoint_is_sent_nothing_by_hand_either(cast: Cast, told: Told) -> None:
    a_flag(cast.client)
    endpoints.disable(SHELL, endpoint_id=told.endpoint.pk)
    with pytest.raises(Conflict):
        replaying.replay(SHELL, delivery_id=the_only(told).pk)
    with pytest.raises(Conflict):
        endpoints.send_test(SHELL, endpoint_id=told.endpoint.pk)
    assert deliver() == 0


def test_a_test_arrives_like_any_other(told: Told) -> None:
    endpoints.send_test(SHELL, endpoint_id=told.endpoint.pk)
    endpoints.send_test(SHELL, endpoint_id=told.endpoint.pk)
    deliver()
    assert told.types() == ["test", "test"]


# ── leases and fairness ──────────────────────────────────────────────────────────────────────────────────
def test_what_one_worker_holds_no_other_takes_until_the_lease_has_run_out(cast: Cast, told: Told) -> None:
    a_flag(cast.client)
    [held] = leasing.lease(told.endpoint.pk, limit=5)
    assert leasing.lease(told.endpoint.client_id, limit=5) == []
    with clock.moved(seconds=leasing.LEASE_SECONDS + 1):
        [taken] = leasing.lease(told.endpoint.client_id, limit=5)
    assert (taken.id, taken.body) == (held.id, held.body)
    assert held.headers
    assert taken.headers
    assert held.headers["webhook-id"] == taken.headers["webhook-id"]


def test_a_worker_that_lost_its_lease_changes_nothing(cast: Cast, told: Told) -> None:
    a_flag(cast.client)
    [held] = leasing.lease(told.endpoint.pk, limit=1)
    with clock.moved(seconds=leasing.LEASE_SECONDS + 1):
        leasing.lease(told.endpoint.client_id, limit=1)
        assert outcomes.write(told.endpoint.pk, [outcomes.Result(held, 1, status=500)]) == 0
    assert (the_only(told).state, the_only(told).lease) == ("pending", told.endpoint.client_id)
    assert WebhookAttempt.objects.get(number=1).status_code == 500


def test_an_endpoint_has_room_for_a_few_and_a_failing_one_for_one(cast: Cast, told: Told) -> None:
    for _ in range(12):
        a_flag(cast.client)
    assert len(leasing.lease(told.endpoint.pk, limit=24)) == leasing.PER_ENDPOINT
    assert leasing.lease(told.endpoint.pk, limit=24) == []
    WebhookDelivery.objects.update(lease=None, next_attempt_at=clock.now())
    WebhookEndpoint.objects.update(failures=1)
    assert len(leasing.lease(told.endpoint.pk, limit=24)) == 1


def test_a_long_backlog_does_not_go_before_the_others(cast: Cast, told: Told) -> None:
    other = an_endpoint(a_client()[0], told.receiver, path="/other")
    for _ in range(6):
        a_flag(cast.client)
    a_flag(other.client)
    taken = leasing.lease(told.endpoint.pk, limit=2)
    assert {row.endpoint_id for row in taken} == {told.endpoint.pk, other.endpoint.pk}


def test_a_receiver_that_hangs_holds_up_no_other(cast: Cast, told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one hangs until the other has everything: were they sent one after the other, this would never end well."""
    other, all_there = an_endpoint(a_client()[0], told.receiver, path="/other"), threading.Event()
    seen: list[str] = []

    def answer(request: Received) -> Reply:
        if request.path == "/hook":
            return Reply(200 if all_there.wait(8) else 500)
        seen.append(request.path)
        if len(seen) == 30:
            all_there.set()
        return Reply()

    told.receiver.answer = answer
    for _ in range(10):
        a_flag(cast.client)
    for _ in range(30):
        a_flag(other.client)
    assert deliver() == 40
    assert {row.state for row in [*told.deliveries, *other.deliveries]} == {"delivered"}


def test_a_dead_receiver_costs_less_and_less(cast: Cast, told: Told) -> None:
    WebhookEndpoint.objects.update(url="http://127.0.0.1:1/", failures=1, failing_since_at=clock.now())
    for _ in range(20):
        a_flag(cast.client)
    with clock.moved(minutes=5):
        assert deliver() == 1
        told.endpoint.refresh_from_db()
        assert told.endpoint.paused_until_at
        assert 140 < (told.endpoint.paused_until_at - clock.now()).total_seconds() < 160


def test_one_run_at_a_time(cast: Cast, told: Told) -> None:
    """The lock is the session's own, so another session holds it here."""
    there = connection.settings_dict
    a_flag(cast.client)
    with psycopg.connect(
        host=there["HOST"],
        port=there["PORT"],
        dbname=there["NAME"],
        user=there["USER"],
        password=there["PASSWORD"] or None,
        autocommit=True,
    ) as other:
        other.execute("SELECT pg_advisory_lock(hashtext('webhooks'))")
        assert deliver() == 0
        other.execute("SELECT pg_advisory_unlock(hashtext('webhooks'))")
        assert deliver() == 1


def test_the_receivers_own_library_refuses_a_body_that_was_touched(cast: Cast, told: Told) -> None:
    a_flag(cast.client)
    deliver()
    [request] = told.receiver.received
    with pytest.raises(WebhookVerificationError):
        Webhook(told.secret).verify(request.body.replace(b"open", b"shut"), request.headers)
