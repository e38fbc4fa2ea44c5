"""What a batch's page says: the steps it has passed, what may be done now, and how far it is."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.choices import ProtectedClass
from common import clock
from common.languages import language_name
from reviews.choices import BatchState, FollowerBand, LeftOut, Outcome
from reviews.models import Batch
from reviews.selectors import batch_page
from reviews.selectors import batches as batch_selectors
from reviews.selectors.batch_page import Pace
from reviews.selectors.batches import Progress
from reviews.services.batches import approval_has_expired, needs_approval
from staff.actors import Actor
from staff.permissions import Permission
from takedowns.choices import State

MOST_NOT_APPLIED, MOST_LANGUAGES = 50, 8
_BEFORE_START = (BatchState.PLANNED, BatchState.APPROVED)
_STEERED = (BatchState.RUNNING, BatchState.PAUSED)
_RETRIED = (*_STEERED, BatchState.FINISHED, BatchState.REVERTING, BatchState.REVERTED)
_REVERTED_FROM = (BatchState.FINISHED, BatchState.CANCELLED, BatchState.REVERTED)
SHOWN_ALONE = (State.FAILED, State.UNKNOWN, State.RETRYING)


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


@dataclass(frozen=True, slots=True)
class RunShown:
    """One panel of progress: the batch's own, or that of its reverting. `key` tells their headings apart."""

    key: str
    title: str
    is_live: bool
    progress: Progress
    pace: Pace
    segments: list[Segment]

    @property
    def waiting(self) -> int:
        """Accounts that nothing was sent for yet."""
        return self.progress.waiting + self.progress.to_decide


def batch_context(actor: Actor, batch: Batch, *, shown: str = "") -> dict[str, object]:
    """What the batch's templates need. `shown` is the state to which the table of what isn't applied is narrowed."""
    now = clock.now()
    progress = batch_selectors.progress(batch)
    revert = batch_selectors.revert_progress(batch)
    wave, counted = (batch.revert_wave, revert) if revert else (batch.wave, progress)
    states = [State(shown)] if shown in SHOWN_ALONE else list(SHOWN_ALONE)
    return {
        "batch": batch,
        "progress": progress,
        "runs": _runs(batch, progress, revert, now),
        "steps": _steps(batch),
        "breakdown": _breakdown(batch),
        "left_out": [(LeftOut(reason).label, count) for reason, count in progress.left_out.items()],
        "left_out_items": batch_selectors.left_out_items(batch),
        "not_applied": batch_page.not_applied(wave, states, count=MOST_NOT_APPLIED),
        "not_applied_by": [(state, state.label, getattr(counted, state)) for state in SHOWN_ALONE],
        "not_applied_count": counted.failed + counted.unknown + counted.retrying,
        "failed_count": counted.failed,
        "shown": shown if shown in SHOWN_ALONE else "",
        "live_seconds": _live_seconds(batch),
        "on_their_way": counted.sending + counted.unknown,
        "revertible": progress.revertible,
        "untouched": progress.cancelled + progress.to_decide,
        "taken_back": progress.waiting + progress.retrying + progress.to_decide,
        "is_stopping": batch.state == BatchState.CANCELLED and batch.finished_at is None,
        "approval_size": settings.CASELOAD["BATCH_APPROVAL_SIZE"],
        **_may(actor, batch, counted),
    }


def _breakdown(batch: Batch) -> list[tuple[str, list[tuple[str, int]]]]:
    """The dry run by what accounts are, in words: the most first, what comes after MOST_LANGUAGES added up."""
    found = batch.breakdown
    counted = list(found.get("language", {}).items())
    languages = [(language_name(tag) if tag else _("Unknown"), count) for tag, count in counted[:MOST_LANGUAGES]]
    if rest := sum(count for _tag, count in counted[MOST_LANGUAGES:]):
        languages.append((_("Other"), rest))
    bands = [(str(FollowerBand(band).label), count) for band, count in found.get("follower_band", {}).items()]
    classes = [(str(ProtectedClass(name).label), count) for name, count in found.get("protected_class", {}).items()]
    parts = [
        (_("By platform"), list(found.get("platform", {}).items())),
        (_("By language"), languages),
        (_("By followers"), bands),
        (_("On the list, by protection"), classes),
    ]
    return [(words, rows) for words, rows in parts if rows]


def _runs(batch: Batch, progress: Progress, revert: Progress | None, now: datetime) -> list[RunShown]:
    """The panels of progress: that of reverting first, once it was asked for."""
    if batch.started_at is None:
        return []
    is_live = batch.state in _STEERED or (batch.state == BatchState.CANCELLED and batch.finished_at is None)
    pace = batch_page.pace_of(batch, progress, at=now)
    title = _("The suspensions") if batch.outcome == Outcome.SUSPEND else _("The decisions")
    own = RunShown("own", title, is_live, progress, pace, _segments(progress))
    if revert is None:
        return [own]
    pace = batch_page.revert_pace_of(batch, revert, at=now)
    is_reverting = batch.state == BatchState.REVERTING
    return [RunShown("revert", _("The reinstatements"), is_reverting, revert, pace, _segments(revert)), own]


def _live_seconds(batch: Batch) -> int:
    """How often the page asks anew: each second while something moves, each five while it waits to; 0: never."""
    if batch.state in _BEFORE_START:
        return 5
    moves = batch.state in (*_STEERED, BatchState.REVERTING) or batch.finished_at is None
    return 1 if moves else 0


def _may(actor: Actor, batch: Batch, counted: Progress) -> dict[str, bool]:
    """What this person may do now; the services say it again, and theirs is the truth."""
    planned, above_size = batch.state == BatchState.PLANNED, needs_approval(batch)
    expired = batch.state == BatchState.PAUSED and approval_has_expired(batch)
    awaits_approval = (planned and above_size) or expired
    is_own = actor.user is not None and batch.asked_by_id == actor.user.pk
    runs = Permission.RUN_BATCH in actor.may
    is_suspending = batch.outcome == Outcome.SUSPEND
    return {
        "needs_approval": awaits_approval,
        "approval_expired": expired,
        "is_own": is_own,
        "may_approve": awaits_approval and not is_own and Permission.APPROVE_BATCH in actor.may,
        "may_start": planned and not above_size and bool(batch.counts["to_enforce"]) and runs,
        "may_pause": batch.state == BatchState.RUNNING and runs,
        "may_resume": batch.state == BatchState.PAUSED and not expired and runs,
        "may_cancel": batch.state in (*_BEFORE_START, *_STEERED) and runs,
        "may_retry": batch.state in _RETRIED and bool(counted.failed) and runs,
        "may_revert": batch.state in _REVERTED_FROM and batch.finished_at is not None and is_suspending and runs,
        "reverts_later": batch.state in _STEERED and is_suspending and runs,
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
        _running_words(batch),
        (_("Cancelled") if _was_cancelled(batch) else _("Done"), batch.finished_at),
    ]
    if batch.revert_asked_at:
        is_done = batch.state == BatchState.REVERTED
        way.append((_("Reverted") if is_done else _("Reverting since"), batch.reverted_at or batch.revert_asked_at))
    here = _place(batch)
    return [
        BatchStep(words, at, "current" if place == here else "done" if place < here else "")
        for place, (words, at) in enumerate(way)
    ]


def _running_words(batch: Batch) -> tuple[str, datetime | None]:
    if batch.paused_at:
        return _("Paused since"), batch.paused_at
    return _("Running since") if batch.started_at else _("Running"), batch.started_at


def _was_cancelled(batch: Batch) -> bool:
    return batch.state == BatchState.CANCELLED or batch.cancelled_by_id is not None


def _place(batch: Batch) -> int:
    """Which of its steps the batch stands at."""
    if batch.revert_asked_at:
        return 4
    if batch.finished_at or batch.state == BatchState.CANCELLED:
        return 3
    return 2 if batch.started_at else 1


def _approval_words(batch: Batch) -> str:
    if batch.approved_by:
        return _("Approved")
    if not needs_approval(batch):
        return _("No second person needed")
    return _("Waiting for approval") if batch.state == BatchState.PLANNED else _("Not approved")
