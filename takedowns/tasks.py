"""Celery's doors to dispatch."""

from celery import shared_task

from takedowns.services import dispatch, ending, recovery, settling


@shared_task(ignore_result=True)
def dispatch_due() -> int:
    """Send what is due, for some seconds; nudges itself when more is due. Returns how many requests were made."""
    return dispatch.run_due()


@shared_task(ignore_result=True)
def recover_lost() -> int:
    """Turn what a dead worker was sending into `unknown`. Returns how many."""
    return recovery.recover_lost()


@shared_task(ignore_result=True)
def settle_unknown() -> int:
    """Ask platforms what became of unknown enforcements. Returns how many were asked about."""
    return settling.settle_unknown()


@shared_task(ignore_result=True)
def end_suspensions() -> int:
    """Reinstate accounts whose suspension has come to its end. Returns how many."""
    return ending.end_suspensions()
