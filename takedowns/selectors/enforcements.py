"""Enforcements, read: by account, by cause, by wave. How they are sent is not told here."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts.models import Account
from common.errors import NotFound
from takedowns.choices import LIVE, UNDELIVERED, Kind, State
from takedowns.models import Attempt, Enforcement

_NOTHING_CAME_OF_IT = [State.CANCELLED, State.SUPERSEDED]


def get_enforcement(enforcement_id: UUID) -> Enforcement:
    """The enforcement with its account and platform. Raises NotFound."""
    row = Enforcement.objects.select_related("account", "platform").filter(pk=enforcement_id).first()
    if row is None:
        raise NotFound(_("There is no such enforcement."))
    return row


def attempts_of(enforcement_id: UUID) -> list[Attempt]:
    """Every request made about an enforcement, look-ups too, oldest first."""
    return list(Attempt.objects.filter(enforcement_id=enforcement_id).order_by("started_at", "pk"))


def latest_of(account_ids: Collection[UUID]) -> dict[UUID, Enforcement]:
    """The newest enforcement per account, without cancelled and superseded ones. Accounts without one are absent."""
    rows = (
        Enforcement.objects.filter(account_id__in=account_ids)
        .exclude(state__in=_NOTHING_CAME_OF_IT)
        .order_by("account_id", "-created_at", "-pk")
        .distinct("account_id")
    )
    return {row.account_id: row for row in rows}


def suspended_by_us(account_ids: Collection[UUID]) -> set[UUID]:
    """The accounts that are suspended by us or about to be: the newest that is not taken back or failed suspends."""
    rows = (
        Enforcement.objects.filter(account_id__in=account_ids)
        .exclude(state__in=[*_NOTHING_CAME_OF_IT, State.FAILED])
        .order_by("account_id", "-created_at", "-pk")
        .distinct("account_id")
        .values_list("account_id", "kind")
    )
    return {account_id for account_id, kind in rows if kind == Kind.SUSPEND}


def of_causes(causes: Collection[str]) -> dict[str, Enforcement]:
    """The enforcement of each cause, with its account and platform; causes without one are absent.

    For one that another carries (`carried_by`), the carrier: its state says how far the cause's wish is. When a cause
    has several, the newest.
    """
    rows = (
        Enforcement.objects.filter(cause__in=causes)
        .select_related("account", "platform", "carried_by__account", "carried_by__platform")
        .order_by("created_at", "pk")
    )
    return {row.cause: row.carried_by or row for row in rows}


def how_far(causes: Collection[str]) -> dict[str, Enforcement]:
    """As `of_causes`, without the accounts: for thousands of causes at once."""
    rows = Enforcement.objects.filter(cause__in=causes).select_related("carried_by").order_by("created_at", "pk")
    return {row.cause: row.carried_by or row for row in rows}


def wave_progress(wave: str) -> dict[str, int]:
    """How many enforcements of a wave are in each state that occurs; a carried one counts in its carrier's state."""
    rows = (
        Enforcement.objects.filter(wave=wave)
        .annotate(how_far=Coalesce(F("carried_by__state"), F("state")))
        .values_list("how_far")
        .annotate(many=Count("pk"))
        .order_by("how_far")
    )
    return dict(rows)


def count_undelivered(wave: str) -> int:
    """How many enforcements of a wave are waiting or tried again."""
    return Enforcement.objects.filter(wave=wave, state__in=UNDELIVERED).count()


def failed_of(wave: str, *, failed_by: datetime) -> QuerySet[Enforcement]:
    """Enforcements of a wave that had failed for good at `failed_by`, where nothing newer of the account counts."""
    newer = (
        Enforcement.objects.filter(account=OuterRef("account"))
        .filter(Q(created_at__gt=OuterRef("created_at")) | Q(created_at=OuterRef("created_at"), pk__gt=OuterRef("pk")))
        .exclude(state__in=_NOTHING_CAME_OF_IT)
    )
    return Enforcement.objects.filter(~Exists(newer), wave=wave, state=State.FAILED, finished_at__lte=failed_by)


def carriers(rows: Collection[Enforcement]) -> list[UUID]:
    """Those of `rows` that do the work of another row of their account."""
    found = Enforcement.objects.filter(
        account__in=[row.account_id for row in rows], carried_by__in=[row.pk for row in rows]
    )
    return [pk for pk in found.values_list("carried_by", flat=True) if pk]


def is_under_way(wave: str) -> bool:
    """Whether the ledger is not done with something of a wave; a carried one is as far as its carrier."""
    rows = Enforcement.objects.filter(wave=wave)
    return (
        rows.filter(state__in=LIVE).exists() or rows.filter(state=State.SUPERSEDED, carried_by__state__in=LIVE).exists()
    )


def undelivered_of(wave: str, *, count: int) -> dict[UUID, Enforcement]:
    """Up to `count` enforcements of a wave that are waiting or tried again, by account."""
    rows = Enforcement.objects.filter(wave=wave, state__in=UNDELIVERED).order_by("state", "pk")
    return {row.account_id: row for row in rows[:count]}


def account_subjects(account_ids: Iterable[UUID]) -> dict[UUID, str]:
    """How the log names each account: "account:<platform>/<external id>"."""
    rows = Account.objects.filter(pk__in=set(account_ids)).values_list("pk", "platform__slug", "external_id")
    return {pk: f"account:{slug}/{external_id}" for pk, slug, external_id in rows}
