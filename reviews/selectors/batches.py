"""Batches, read."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.selectors.accounts import with_handle
from common.errors import NotFound
from reviews.choices import STANDING, BatchState, ItemState
from reviews.models import Batch, BatchItem, Decision
from staff.actors import Actor
from staff.permissions import Permission
from takedowns.choices import State
from takedowns.models import Enforcement
from takedowns.selectors import enforcements

_DECIDED = [ItemState.DECIDED, ItemState.CANCELLED, ItemState.REVERTING, ItemState.REVERTED]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch is: accounts to be decided, decided, left out, the ledger's states of the decided ones, and those
    whose decision could be reverted."""

    to_decide: int
    decided: int
    left_out: dict[str, int]
    applied: int
    sending: int
    waiting: int
    retrying: int
    unknown: int
    failed: int
    cancelled: int
    superseded: int
    revertible: int = 0

    @property
    def total(self) -> int:
        """Accounts that are to be enforced on."""
        return self.to_decide + self.decided

    @property
    def under_way(self) -> int:
        """Accounts that the ledger is not done with yet."""
        return self.waiting + self.sending + self.retrying + self.unknown


def batches_visible_to(actor: Actor) -> QuerySet[Batch]:
    """Batches, newest first. Raises NotAllowed."""
    actor.require(Permission.SEE_BATCHES)
    return Batch.objects.select_related("policy", "asked_by", "approved_by").order_by("-asked_at")


def get_batch(actor: Actor, batch_id: UUID) -> Batch:
    """The batch. Raises NotFound, NotAllowed."""
    batch = batches_visible_to(actor).filter(pk=batch_id).first()
    if batch is None:
        raise NotFound(_("There is no batch with this id."))
    return batch


def progress(batch: Batch) -> Progress:
    """How far the batch is, from its items and the ledger: counted there, since a list may hold 125,000 lines."""
    states: Counter[str] = Counter()
    left_out: dict[str, int] = {}
    lines = batch.items.order_by().values_list("state", "left_out").annotate(many=Count("pk"))
    for state, reason, many in lines:
        states[state] += many
        if reason:
            left_out[reason] = many
    return Progress(
        to_decide=states[ItemState.LISTED],
        decided=sum(states[state] for state in _DECIDED),
        revertible=states[ItemState.DECIDED],
        left_out=left_out,
        **_ledger(batch.wave),
    )


def revert_progress(batch: Batch) -> Progress | None:
    """How far reverting the batch is: `to_decide` are the lines to be reversed, `decided` the reinstatements that were
    asked for since, the rest their states in the ledger. None when nobody asked for it."""
    if batch.revert_asked_at is None:
        return None
    ledger = _ledger(batch.revert_wave)
    to_reverse = batch.items.filter(state=ItemState.REVERTING).count()
    return Progress(to_decide=to_reverse, decided=sum(ledger.values()), left_out={}, **ledger)


def failed_of(batch: Batch, *, failed_by: datetime) -> QuerySet[Enforcement]:
    """What of the batch (of its reverting, once that was begun) had failed for good at `failed_by` and is still wanted:
    the decision stands, and nothing newer was asked of the account."""
    mine = Decision.objects.filter(account=OuterRef("account"), state__in=STANDING)
    if batch.state in (BatchState.REVERTING, BatchState.REVERTED):
        reversals = mine.filter(reverses__batch=batch)
        return enforcements.failed_of(batch.revert_wave, failed_by=failed_by).filter(Exists(reversals))
    return enforcements.failed_of(batch.wave, failed_by=failed_by).filter(Exists(mine.filter(batch=batch)))


def _ledger(wave: str) -> dict[str, int]:
    found = enforcements.wave_progress(wave)
    return {str(state): found.get(state, 0) for state in State}


def items_of(batch: Batch, *, sought: str = "") -> QuerySet[BatchItem]:
    """The frozen list in its order, with accounts; only the lines that match a handle or an
    external id when one is sought."""
    rows = batch.items.select_related("account").order_by("position")
    if name := sought.strip().removeprefix("@"):
        rows = rows.filter(Q(external_id=name) | Q(account__in=with_handle(name)))
    return rows


def left_out_items(batch: Batch, *, count: int = 100) -> list[BatchItem]:
    """The first accounts that are left out, in the list's order."""
    return list(batch.items.filter(state=ItemState.LEFT_OUT).select_related("account").order_by("position")[:count])
