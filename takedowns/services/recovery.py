"""Recovery: what a dead worker was sending becomes `unknown`. What then becomes of it is asked by `settling`."""

from datetime import timedelta
from typing import Final

from django.db import transaction

from accounts.models import Platform
from common import clock
from staff.actors import SYSTEM
from takedowns import audit_actions as actions
from takedowns import rules
from takedowns.choices import Outcome, State
from takedowns.connectors import known_connector
from takedowns.models import Attempt, Enforcement
from takedowns.services import telling

LOST: Final = "The worker that sent it was lost."
LOST_AT_ONCE: Final = 2000
NOBODY_KNOWS_SECONDS: Final = 3600.0  # of a platform without a connector


def recover_lost() -> int:
    """Every row whose lease ran out while it was being sent becomes `unknown`: its request may have left.

    Returns how many. Audit: enforcement.became_unknown.
    """
    platforms = Platform.objects.filter(
        pk__in=Enforcement.objects.filter(state=State.SENDING, leased_until__lt=clock.now()).values("platform")
    )
    return sum(_recover(platform) for platform in platforms)


@transaction.atomic
def _recover(platform: Platform) -> int:
    now = clock.now()
    connector = known_connector(platform)
    settles = connector.capabilities.settles_within_seconds if connector else NOBODY_KNOWS_SECONDS
    lost = list(
        Enforcement.objects.filter(platform=platform, state=State.SENDING, leased_until__lt=now)
        .select_for_update(skip_locked=True, of=["self"])
        .order_by("pk")[:LOST_AT_ONCE]
    )
    for row in lost:
        row.error = LOST
    ids = [row.pk for row in lost]
    Enforcement.objects.filter(pk__in=ids).update(
        state=State.UNKNOWN,
        lease=None,
        leased_until=None,
        unknown_since_at=now,
        settle_after_at=now + timedelta(seconds=settles),
        next_attempt_at=now + timedelta(seconds=rules.FIRST_LOOK_SECONDS),
        error=LOST,
    )
    Attempt.objects.filter(enforcement_id__in=ids, outcome="").update(
        outcome=Outcome.AMBIGUOUS, finished_at=now, error=LOST
    )
    telling.record(SYSTEM, actions.BECAME_UNKNOWN, lost)
    return len(lost)
