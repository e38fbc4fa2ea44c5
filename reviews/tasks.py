"""Doors for Celery: ids in, one service call, a small number out. Every sweep is safe to run twice."""

from uuid import UUID

from celery import shared_task

from reviews.services import (
    claims,
    decisions,
    duty,
    flooding,
    holding,
    orders,
    precision,
    pulling,
    refreshing,
    running,
    search_texts,
    tallying,
    threats,
)
from reviews.services.webhooks import delivering, noting
from staff.actors import SYSTEM


@shared_task
def make_decisions_effective() -> int:
    """Sweep: undo windows that have passed."""
    return decisions.make_effective()


@shared_task
def end_expired_claims() -> int:
    """Sweep: claims that ran out."""
    return claims.end_expired()


@shared_task
def return_held_cases() -> int:
    """Sweep: held cases whose reminder is due."""
    return holding.end_due()


@shared_task
def run_batch(batch_id: str) -> int:
    """One batch gets on."""
    return running.run(UUID(batch_id))


@shared_task
def run_batches() -> int:
    """Sweep: batches whose worker was lost."""
    return running.run_all()


@shared_task
def watch_for_floods() -> int:
    """Sweep: which sources send more than they use to."""
    return flooding.watch(SYSTEM)


@shared_task
def refresh_precision() -> int:
    """Sweep: how often each source is right."""
    return precision.refresh(SYSTEM)


@shared_task
def deliver_webhooks() -> int:
    """Sweep: webhook deliveries that are due."""
    return delivering.deliver_due()


@shared_task
def note_enforcements() -> int:
    """Sweep: decisions that have been applied since, for the sources that want to know."""
    return noting.enforcements_applied()


@shared_task
def add_up_queues() -> int:
    """Sweep: what the queues hold."""
    return tallying.add_up()


@shared_task
def tell_of_threats() -> int:
    """Sweep: threats against staff that the security contact wasn't written to about."""
    return threats.tell()


@shared_task
def alert_orders() -> int:
    """Sweep: legal orders at half their time."""
    return orders.alert()


@shared_task
def refresh_accounts() -> int:
    """Sweep: what somebody wants a platform to be asked."""
    return refreshing.answer_due()


@shared_task
def pull_reports() -> int:
    """Sweep: what users report on platforms."""
    return pulling.pull_due()


@shared_task
def mail_restrictions() -> int:
    """Sweep: restrictions that the duty contact wasn't told of yet."""
    return duty.mail_due()


@shared_task
def index_texts() -> int:
    """Sweep: flags and posts whose words can't be found yet."""
    return search_texts.index_new()
