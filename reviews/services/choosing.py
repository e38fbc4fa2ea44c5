"""Cases chosen in the list become a batch: the same planning as any list, so also the same dry run and approval."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from common.errors import Invalid
from reviews.models import Batch
from reviews.rules.finding import Asked
from reviews.selectors import case_filters, case_list
from reviews.selectors.case_filters import Found
from reviews.services import batches
from reviews.services.batches import Plan
from staff.actors import Actor
from staff.permissions import Permission

MOST: Final = 125_000


@dataclass(frozen=True, slots=True)
class Chosen:
    """Cases chosen in the list: those ticked, or (without any) all that fit what is asked."""

    asked: Asked
    case_ids: Sequence[UUID] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be decided on all of them; fields as in `batches.Plan`."""

    title: str
    outcome: str
    policy: str
    reason: str
    expected_count: int
    until: datetime | None = None


@transaction.atomic
def plan(actor: Actor, chosen: Chosen, wanted: Wanted) -> Batch:
    """The accounts of the chosen cases that are open now are frozen into a planned batch.

    Returns the batch. Raises NotAllowed; Invalid as `batches.plan`, and for more than MOST accounts. Audit:
    batch.planned.
    """
    actor.require(Permission.ASK_BATCH)
    accounts = case_list.accounts_of(found(actor, chosen, at=clock.now()), most=MOST)
    if len(accounts) > MOST:
        raise Invalid(
            _("More than %(most)s cases fit: filter further, and decide in several batches.") % {"most": f"{MOST:,}"},
            fields={"expected_count": _("More than %(most)s cases fit: filter further.") % {"most": f"{MOST:,}"}},
        )
    if not accounts:
        raise Invalid(
            _("None of these cases is open any more."),
            fields={"expected_count": _("None of these cases is open any more.")},
        )
    plan = Plan(
        title=wanted.title,
        outcome=wanted.outcome,
        policy=wanted.policy,
        reason=wanted.reason,
        until=wanted.until,
        expected_count=wanted.expected_count,
        accounts=accounts,
    )
    return batches.plan(actor, plan)


def found(actor: Actor, chosen: Chosen, *, at: datetime) -> Found:
    """The chosen cases, as they stand."""
    if not chosen.case_ids:
        return case_filters.found(actor, chosen.asked, at=at)
    every = case_filters.found(actor, Asked(), at=at)
    return Found(every.rows.filter(pk__in=chosen.case_ids), every.states, is_narrow=True)
