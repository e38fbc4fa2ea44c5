"""Events are noted: a delivery for each endpoint that subscribes, in the transaction of what it tells.

Callers say what happened; whoever subscribes to nothing costs one look at the endpoints. What happens on a platform
climbs without an upward import: a decision with an enforcement that somebody wants to hear of is watched, and a sweep
looks into the ledger until it says "applied".
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from common import bulk, clock
from reviews.choices import DeliveryState, FlagState, WebhookEvent
from reviews.models import Decision, Flag, WebhookDelivery, WebhookEndpoint, WebhookWatch
from reviews.services.webhooks.payloads import FIELDS, EnforcementTold, FlagRow, body
from takedowns.choices import State
from takedowns.models import Enforcement
from takedowns.selectors import enforcements

WATCHED_AT_ONCE: Final = 1000
FIRST_LOOK: Final = timedelta(seconds=1)
LONGEST_GAP: Final = timedelta(minutes=1)
GAP_AFTER_FAILURE: Final = timedelta(hours=1)  # until somebody retries it by hand
_NOTHING_COMES: Final = {State.CANCELLED, State.SUPERSEDED}

Subscribers = dict[UUID, list[UUID]]


def flags_received(client_id: UUID, flag_ids: Collection[UUID], *, at: datetime) -> int:
    """The client is told that these new flags of its were received, where it has an endpoint that wants to know.

    In the caller's transaction, once per call. Returns how many deliveries that makes.
    """
    if not _has_endpoint(client_id):
        return 0
    event = WebhookEvent.FLAG_RECEIVED
    subscribers = _subscribers([event], client_id=client_id)[event]
    if not subscribers:
        return 0
    flags = _rows(Flag.objects.filter(pk__in=flag_ids).order_by("pk").values_list(*FIELDS))
    decisions = Decision.objects.in_bulk({flag.decision_id for flag in flags if flag.decision_id})
    made = []
    for flag in flags:
        decision = decisions[flag.decision_id] if flag.decision_id else None
        made += _deliveries(subscribers, event, at, flag, body(event, at, flag, decision))
    bulk.insert(made)
    return len(made)


def decisions_effective(decisions: Sequence[Decision]) -> int:
    """The sources of the decided cases are told: `case.decided`, or `decision.reversed` where they had been told
    otherwise before. In the caller's transaction; each decision comes here once. Returns how many deliveries it makes.
    """
    if not decisions:
        return 0
    wanted = [WebhookEvent.CASE_DECIDED, WebhookEvent.DECISION_REVERSED, WebhookEvent.ENFORCEMENT_APPLIED]
    subscribers = _subscribers(wanted)
    clients = set().union(*subscribers.values())
    if not clients:
        return 0
    by_case = {row.case_id: row for row in decisions}
    replaced = Decision.objects.in_bulk({row.reverses_id for row in decisions if row.reverses_id})
    made, watched, now = [], set(), clock.now()
    for flag in _answered(by_case, clients):
        decision = by_case[flag.case_id]
        old = replaced.get(decision.reverses_id) if decision.reverses_id else None
        if flag.client_id in subscribers[WebhookEvent.ENFORCEMENT_APPLIED]:
            watched.add(decision.pk)
        event, before = _event_for(flag, decision, old)
        if event and flag.client_id in subscribers[event]:
            said = body(event, now, flag, decision, replaced=before)
            made += _deliveries(subscribers[event], event, now, flag, said, cause=decision.cause)
    bulk.insert(made)
    _watch([row for row in decisions if row.pk in watched], now)
    return len(made)


def flags_gone(flag_ids: Collection[UUID], *, at: datetime) -> int:
    """The sources of these flags are told that their account is gone: `case.decided`, without a decision. In the
    caller's transaction. Returns how many deliveries that makes."""
    event = WebhookEvent.CASE_DECIDED
    subscribers = _subscribers([event])[event] if flag_ids else {}
    if not subscribers:
        return 0
    rows = Flag.objects.filter(pk__in=flag_ids, client__in=list(subscribers)).order_by("pk")
    made = []
    for flag in _rows(rows.values_list(*FIELDS)):
        made += _deliveries(subscribers, event, at, flag, body(event, at, flag))
    bulk.insert(made)
    return len(made)


def watch_again(decision: Decision, cause: str) -> None:
    """The decision stands again and is enforced under another `cause`: that is watched, where somebody subscribes."""
    if any(_subscribers([WebhookEvent.ENFORCEMENT_APPLIED]).values()):
        now = clock.now()
        WebhookWatch.objects.create(decision=decision, cause=cause, since_at=now, look_at=now + FIRST_LOOK)


@transaction.atomic
def enforcements_applied() -> int:
    """Sweep: watched decisions that are applied on their platform are told. Returns how many watches ended."""
    now = clock.now()
    due = WebhookWatch.objects.filter(look_at__lte=now).select_for_update(skip_locked=True, of=("self",))
    watches = list(due.select_related("decision").order_by("look_at")[:WATCHED_AT_ONCE])
    if not watches:
        return 0
    found = enforcements.of_causes([watch.cause for watch in watches])
    applied = {
        watch.cause: found[watch.cause]
        for watch in watches
        if watch.cause in found and found[watch.cause].state == State.APPLIED
    }
    _tell_applied([watch for watch in watches if watch.cause in applied], applied)
    over = [watch for watch in watches if watch.cause in applied or _is_over(found.get(watch.cause))]
    WebhookWatch.objects.filter(pk__in=[watch.pk for watch in over]).delete()
    kept = [watch for watch in watches if watch not in over]
    for watch in kept:
        watch.look_at = now + _gap(watch, found[watch.cause], now)
    bulk.update(kept, ["look_at"])
    return len(over)


def _tell_applied(watches: Sequence[WebhookWatch], applied: dict[str, Enforcement]) -> None:
    event = WebhookEvent.ENFORCEMENT_APPLIED
    subscribers = _subscribers([event])[event]
    flags: dict[UUID, list[FlagRow]] = defaultdict(list)
    for flag in _answered({watch.decision.case_id for watch in watches}, subscribers):
        flags[flag.case_id].append(flag)
    made = []
    for watch in watches:
        row = applied[watch.cause]
        assert row.applied_at is not None
        told = EnforcementTold(str(row.kind), row.applied_at)
        for flag in flags[watch.decision.case_id]:
            said = body(event, row.applied_at, flag, watch.decision, enforcement=told)
            made += _deliveries(subscribers, event, clock.now(), flag, said, cause=watch.cause)
    bulk.insert(made)


def _is_over(row: Enforcement | None) -> bool:
    return row is None or row.state in _NOTHING_COMES


def _gap(watch: WebhookWatch, row: Enforcement, now: datetime) -> timedelta:
    """Half as long again as it has been watched, from 1 s to a minute: a long wave isn't asked about each second."""
    if row.state == State.FAILED:
        return GAP_AFTER_FAILURE
    return max(FIRST_LOOK, min((now - watch.since_at) / 2, LONGEST_GAP))


def _watch(decisions: Sequence[Decision], now: datetime) -> None:
    """Watch those of `decisions` that are in the ledger."""
    found = enforcements.of_causes([row.cause for row in decisions]) if decisions else {}
    bulk.insert(
        [
            WebhookWatch(decision=row, cause=row.cause, since_at=now, look_at=now + FIRST_LOOK)
            for row in decisions
            if row.cause in found
        ]
    )


def _event_for(flag: FlagRow, decision: Decision, old: Decision | None) -> tuple[WebhookEvent | None, Decision | None]:
    """What the flag's source is told of `decision`, which replaces `old`, and the decision it had been told before.

    A flag that was answered before hears of it only when the answer turned. A decision from a claim answers the flags
    that were open anew; one that reverses in place answers those of the old one again.
    """
    turned = old is not None and old.final_at <= decision.settled_at and old.outcome != decision.outcome
    was_answered = flag.decision_id != decision.pk or decision.claim_id is None
    if turned and was_answered:
        return WebhookEvent.DECISION_REVERSED, old
    if flag.decision_id == decision.pk:
        return WebhookEvent.CASE_DECIDED, None
    return None, None


def _answered(case_ids: Iterable[UUID], clients: Iterable[UUID]) -> list[FlagRow]:
    """The flags of these cases and clients that have an answer."""
    rows = Flag.objects.filter(case__in=list(case_ids), client__in=list(clients), decision__isnull=False)
    return _rows(rows.exclude(state=FlagState.WITHDRAWN).order_by("pk").values_list(*FIELDS))


def _rows(values: Iterable[tuple[object, ...]]) -> list[FlagRow]:
    return [FlagRow(*row) for row in values]  # type: ignore[arg-type]


def _has_endpoint(client_id: UUID) -> bool:
    """Asked for each flag: a statement as it stands, since building a query would cost more than the answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM reviews_webhookendpoint WHERE client_id = %s)", [client_id])
        return bool(cursor.fetchone()[0])


def _subscribers(events: Sequence[WebhookEvent], client_id: UUID | None = None) -> dict[WebhookEvent, Subscribers]:
    """By event and client, the active endpoints that subscribe."""
    rows = WebhookEndpoint.objects.filter(is_active=True, events__overlap=events, client__disabled_at=None)
    if client_id is not None:
        rows = rows.filter(client=client_id)
    found: dict[WebhookEvent, Subscribers] = {event: {} for event in events}
    for pk, client, subscribed in rows.order_by("pk").values_list("pk", "client_id", "events"):
        for event in events:
            if event in subscribed:
                found[event].setdefault(client, []).append(pk)
    return found


def _deliveries(
    subscribers: Subscribers, event: WebhookEvent, at: datetime, flag: FlagRow, said: str, *, cause: str = ""
) -> list[WebhookDelivery]:
    return [
        WebhookDelivery(
            endpoint_id=endpoint_id,
            event=event,
            flag_id=flag.id,
            cause=cause,
            body=said,
            state=DeliveryState.PENDING,
            created_at=at,
            next_attempt_at=at,
        )
        for endpoint_id in subscribers[flag.client_id]
    ]
