"""Doors for Celery: one service call, a small number out."""

from celery import shared_task

from staff.services import answers


@shared_task
def purge_answers() -> int:
    """Sweep: first answers that nobody repeats any more."""
    return answers.purge()
