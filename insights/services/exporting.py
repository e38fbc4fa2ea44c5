"""Exports of the log and of statistics. Each leaves an entry that says who took what."""

import csv
import io

import msgspec
from django.db import transaction
from django.utils.translation import gettext

from audit.models import Entry
from audit.services import record, subject
from common.errors import TooLarge
from insights import audit_actions
from insights.selectors.answers import Asked
from insights.selectors.audit_trail import Sought, entries_for, shown_to
from insights.selectors.statistics import get_statistic
from staff.actors import Actor

MOST_ENTRIES = 50_000


@transaction.atomic
def export_entries(actor: Actor, sought: Sought) -> bytes:
    """The entries sought as NDJSON, newest first.

    Raises NotAllowed, TooLarge above 50,000 entries.
    Audit: audit.exported, with what was sought and how many entries went out.
    """
    rows = list(entries_for(actor, sought)[: MOST_ENTRIES + 1])
    if len(rows) > MOST_ENTRIES:
        raise TooLarge(
            gettext("More than %(most_entries)s entries fit this search. Narrow it by time, and export in parts.")
            % {"most_entries": f"{MOST_ENTRIES:,}"}
        )
    record(
        actor,
        audit_actions.AUDIT_EXPORTED,
        [subject("audit", "log"), *sought.subjects, *sought.any_of],
        filters=sought.in_words,
        entries=len(rows),
    )
    return b"".join(msgspec.json.encode(_line(row)) + b"\n" for row in shown_to(actor, rows))


@transaction.atomic
def export_statistic(actor: Actor, name: str, asked: Asked) -> str:
    """A statistic's rows as CSV, with a header; no figure is an empty cell.

    Raises what `get_statistic` raises. Audit: statistic.exported.
    """
    found = get_statistic(actor, name, asked)
    named = [*found.group_by, *(measure for measure, _ in found.definition.measures)]
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=named, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(found.rows)
    record(
        actor,
        audit_actions.STATISTIC_EXPORTED,
        [subject("statistic", name)],
        name=name,
        asked={"topic": found.topic, "from": str(found.start or ""), "to": str(found.end or "")},
        rows=len(found.rows),
    )
    return out.getvalue()


def _line(row: Entry) -> dict[str, object]:
    return {
        "id": row.pk,
        "recorded_at": row.recorded_at,
        "action": row.action,
        "actor_kind": row.actor_kind,
        "actor": row.actor,
        "actor_label": row.actor_label,
        "on_behalf_of": row.on_behalf_of,
        "subjects": row.subjects,
        "detail": row.detail,
    }
