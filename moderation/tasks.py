"""The roof's one task."""

from celery import shared_task

from moderation.vitals import beat_the_heart


@shared_task
def heartbeat() -> None:
    """Prove that beat sends and a worker runs; `/healthz` and `doctor` read it."""
    beat_the_heart()
