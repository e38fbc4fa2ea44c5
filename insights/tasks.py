"""Celery's door: beat asks for a refresh every ten seconds."""

from celery import shared_task

from insights.services import refreshing
from staff.actors import SYSTEM


@shared_task
def refresh() -> int:
    """Bring the statistics up to date. Returns how many buckets were counted anew."""
    return refreshing.refresh(SYSTEM)
