"""What a batch's page says: the steps it has passed, what may be done now, and how far it is."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from common import clock
from reviews.choices import BatchState, LeftOut
from reviews.models import Batch
from reviews.selectors import batch_page
from reviews.selectors import batches as batch_selectors
from reviews.selectors.batches import Progress
from reviews.services.batches import needs_approval
from staff.actors import Actor
from staff.permissions import Permission

MOST_NOT_APPLIED = 50
_BEFORE_START = (BatchState.PLANNED, BatchState.APPROVED)


@dataclass(frozen=True, slots=True)
class BatchStep:
    """One step of a batch's way: `state` is "done", "current", or "" when it is still to come."""

    words: str
    at: datetime | None
    state: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of the progress bar: where it starts and how wide it is, in per cent of the bar."""

    start: str
    width: str
    css_class: str


def batch_context(actor: Actor, batch: Batch) -> dict[str, object]:
    """What the batch's templates need."""
    progress = batch_selectors.progress(batch)
    pace = batch_page.pace_of(batch, progress, at=clock.now())
    return {
        "batch": batch,
        "progress": progress,
        "in_ledger_waiting": progress.waiting + progress.to_decide,
        "segments": _segments(progress),
        "rate": pace.per_second,
        "seconds_left": pace.seconds_left,
        "steps": _steps(batch),
        "left_out": [(LeftOut(reason).label, count) for reason, count in progress.left_out.items()],
        "left_out_items": batch_selectors.left_out_items(batch),
        "not_applied": batch_page.not_applied(batch, count=MOST_NOT_APPLIED),
        "not_applied_count": progress.failed + progress.unknown + progress.retrying,
        "is_waiting": batch.state in _BEFORE_START,
        "approval_size": settings.CASELOAD["BATCH_APPROVAL_SIZE"],
        "is_running": batch.state == BatchState.RUNNING,
        **_may(actor, batch),
    }


def _may(actor: Actor, batch: Batch) -> dict[str, bool]:
    """What this person may do now; the services say it again, and theirs is the truth."""
    planned, above_size = batch.state == BatchState.PLANNED, needs_approval(batch)
    is_own = actor.user is not None and batch.asked_by_id == actor.user.pk
    return {
        "needs_approval": planned and above_size,
        "is_own": is_own,
        "may_approve": planned and above_size and not is_own and Permission.APPROVE_BATCH in actor.may,
        "may_start": planned
        and not above_size
        and bool(batch.counts["to_enforce"])
        and Permission.RUN_BATCH in actor.may,
        "may_cancel": batch.state in _BEFORE_START and Permission.RUN_BATCH in actor.may,
    }


def _segments(progress: Progress) -> list[Segment]:
    """The bar's pieces, one after the other: applied, sending, trying again, unknown, failed."""
    pieces = [
        (progress.applied, ""),
        (progress.sending, "c-sending"),
        (progress.retrying, "c-mute"),
        (progress.unknown + progress.failed, "c-bad"),
    ]
    start, made = 0.0, []
    for count, css_class in pieces:
        width = 100 * count / progress.total if progress.total else 0.0
        made.append(Segment(f"{start:.2f}", f"{width:.2f}", css_class))
        start += width
    return made


def _steps(batch: Batch) -> list[BatchStep]:
    """The batch's way: what is behind it, and where it stands."""
    way = [
        (_("Frozen"), batch.asked_at),
        (_approval_words(batch), batch.approved_at),
        (_("Running since") if batch.started_at else _("Running"), batch.started_at),
        (_("Cancelled") if batch.state == BatchState.CANCELLED else _("Done"), batch.finished_at),
    ]
    here = _place(batch)
    return [
        BatchStep(words, at, "current" if place == here else "done" if place < here else "")
        for place, (words, at) in enumerate(way)
    ]


def _place(batch: Batch) -> int:
    """Which of the four steps the batch stands at."""
    if batch.finished_at:
        return 3
    return 2 if batch.started_at else 1


def _approval_words(batch: Batch) -> str:
    if batch.approved_by:
        return _("Approved")
    if not needs_approval(batch):
        return _("No second person needed")
    return _("Waiting for approval") if batch.state == BatchState.PLANNED else _("Not approved")
