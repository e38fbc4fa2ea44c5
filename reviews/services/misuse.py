"""Misuse of flagging is answered: a warning, then a suspension of processing that ends by itself or is lifted early.

Source: Regulation (EU) 2022/2065 (DSA), Article 23; docs/sources.md tells the procedure.
"""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

import audit.services as audit
from common import clock
from common.errors import Conflict, Invalid, NotFound
from reviews import audit_actions
from reviews.models import MisuseWarning, ProcessingSuspension, Source
from reviews.rules import misuse
from reviews.selectors import sources
from staff.actors import Actor
from staff.permissions import Permission

MOST_TEXT = 2000


@transaction.atomic
def warn(actor: Actor, *, source_id: UUID, text: str) -> MisuseWarning:
    """The source is warned, in words that it reads itself; the counts of this moment are kept with it.

    Returns the warning. Raises NotAllowed, NotFound, Invalid without a text. Audit: source.warned.
    """
    source = _lock(actor, source_id)
    said = _said("text", text)
    now = clock.now()
    answers = sources.answers_of([source.pk], at=now).get(source.pk, sources.Answers())
    made = MisuseWarning.objects.create(
        source=source,
        text=said,
        agreed=answers.agreed,
        disagreed=answers.disagreed,
        given_at=now,
        given_by=actor.person(),
    )
    audit.record(
        actor,
        audit_actions.SOURCE_WARNED,
        _subjects(source),
        text=said,
        agreed=answers.agreed,
        disagreed=answers.disagreed,
    )
    return made


@transaction.atomic
def suspend(actor: Actor, *, source_id: UUID, reason: str, ends_at: datetime) -> ProcessingSuspension:
    """The source's flags are refused until `ends_at`, with the reason.

    Returns the suspension. Raises NotAllowed, NotFound; Invalid for an end out of bounds or no reason; Conflict when no
    warning holds, or when it is suspended already. Audit: source.suspended.
    """
    source = _lock(actor, source_id)
    now = clock.now()
    said = _said("reason", reason)
    if fault := misuse.fault_of_end(ends_at, now):
        raise Invalid(f"ends_at: {fault}", fields={"ends_at": fault})
    if misuse.is_suspended(source.suspended_until, now):
        raise Conflict(_("This source is suspended already: lift that first."), code="already-suspended")
    warning = source.warnings.order_by("-given_at").first()
    if warning is None or not misuse.is_warned(warning.given_at, now):
        raise Conflict(
            _("Warn the source first: a warning of the last %(warning_holds_days)s days must stand.")
            % {"warning_holds_days": misuse.WARNING_HOLDS_DAYS},
            code="warning-needed",
        )
    made = ProcessingSuspension.objects.create(
        source=source, warning=warning, reason=said, imposed_at=now, imposed_by=actor.person(), ends_at=ends_at
    )
    source.suspended_until = ends_at
    source.save(update_fields=["suspended_until"])
    audit.record(actor, audit_actions.SOURCE_SUSPENDED, _subjects(source), reason=said, ends_at=ends_at.isoformat())
    return made


@transaction.atomic
def lift(actor: Actor, *, source_id: UUID, reason: str) -> ProcessingSuspension:
    """The source's flags are processed again, before the suspension's end.

    Returns the suspension. Raises NotAllowed, NotFound, Invalid without a reason, Conflict when it isn't suspended.
    Audit: source.restored.
    """
    source = _lock(actor, source_id)
    now = clock.now()
    said = _said("reason", reason)
    if not misuse.is_suspended(source.suspended_until, now):
        raise Conflict(_("This source is not suspended."), code="not-suspended")
    row = source.suspensions.select_for_update().order_by("-imposed_at").first()
    assert row is not None
    row.lifted_at, row.lifted_by, row.lifted_because = now, actor.person(), said
    row.save(update_fields=["lifted_at", "lifted_by", "lifted_because"])
    source.suspended_until = None
    source.save(update_fields=["suspended_until"])
    audit.record(actor, audit_actions.SOURCE_RESTORED, _subjects(source), reason=said, ends_at=row.ends_at.isoformat())
    return row


def count_refused(refused: Mapping[UUID, int], *, day: date) -> None:
    """So many more flags of these sources were refused on `day`. Takes counts by source. One statement; it waits for
    nobody but another count of the same source and day."""
    if not refused:
        return
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO reviews_sourceday (source_id, day, refused) VALUES (%s, %s, %s) "
            "ON CONFLICT (source_id, day) DO UPDATE SET refused = reviews_sourceday.refused + excluded.refused",
            [(source_id, day, many) for source_id, many in sorted(refused.items())],
        )


def _lock(actor: Actor, source_id: UUID) -> Source:
    actor.require(Permission.MANAGE_SOURCES)
    found = (
        Source.objects.select_for_update(of=("self",), no_key=True)
        .select_related("client")
        .filter(pk=source_id)
        .first()
    )
    if found is None:
        raise NotFound(_("There is no source with this id."))
    return found


def _said(field: str, text: str) -> str:
    """The text, without white space around it. Raises Invalid for none, or too much."""
    said = text.strip()
    if not said or len(said) > MOST_TEXT:
        long = _("is longer than %(most)s characters.") % {"most": f"{MOST_TEXT:,}"}
        fault = long if said else _("is needed: the source will read it.")
        raise Invalid(f"{field}: {fault}", fields={field: fault})
    return said


def _subjects(source: Source) -> list[str]:
    return [audit.subject("source", source.pk), source.client.actor_key]
