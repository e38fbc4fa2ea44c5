"""Topics are defined, accounts tracked for them, and their activity tallied."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction

import audit.services as audit
from accounts import audit_actions
from accounts.models import Platform, Topic
from accounts.shapes import ActivityIn
from common import clock
from common.errors import Invalid
from staff.actors import Actor
from staff.permissions import Permission

_TRACK = """
    INSERT INTO accounts_trackedaccount AS stored (topic_id, account_id, stance, messenger_group, theme)
    SELECT %s, given.* FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[]) AS given
    ON CONFLICT (topic_id, account_id) DO UPDATE
    SET stance = excluded.stance, messenger_group = excluded.messenger_group, theme = excluded.theme
    WHERE (stored.stance, stored.messenger_group, stored.theme)
          IS DISTINCT FROM (excluded.stance, excluded.messenger_group, excluded.theme)
"""
_TALLY = """
    INSERT INTO accounts_activity AS stored
           (topic_id, platform_id, day, language, stance, messenger_group, theme, posts, reposts, accounts, reach)
    SELECT %s, given.*
    FROM unnest(%s::uuid[], %s::date[], %s::text[], %s::text[], %s::text[], %s::text[],
                %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[]) AS given
    ON CONFLICT (topic_id, platform_id, day, language, stance, messenger_group, theme) DO UPDATE
    SET posts = excluded.posts, reposts = excluded.reposts, accounts = excluded.accounts, reach = excluded.reach
    WHERE (stored.posts, stored.reposts, stored.accounts, stored.reach)
          IS DISTINCT FROM (excluded.posts, excluded.reposts, excluded.accounts, excluded.reach)
"""


class Tracked(NamedTuple):
    """An account's part in a topic. `stance` and `messenger_group` are values of `accounts.choices`."""

    account_id: UUID
    stance: str
    messenger_group: str = ""
    theme: str = ""


class Tally(NamedTuple):
    """What one cell of a topic counted on one day. The fields stand in the order of the statement above."""

    platform_id: UUID
    day: date
    language: str
    stance: str
    messenger_group: str
    theme: str
    posts: int
    reposts: int | None = None
    accounts: int | None = None
    reach: int | None = None

    @classmethod
    def of(cls, said: ActivityIn, platform_id: UUID) -> "Tally":
        """What was sent, on its platform."""
        return cls(platform_id, *(getattr(said, name) for name in cls._fields[1:]))


@transaction.atomic
def define(actor: Actor, *, slug: str, title: str, definition: str) -> Topic:
    """The topic stands with this title and definition; a changed definition raises its version.

    Raises NotAllowed. Audit: topic.defined, when something changed.
    """
    actor.require(Permission.MANAGE_POLICIES)
    topic, created = Topic.objects.select_for_update().get_or_create(
        slug=slug, defaults={"title": title, "definition": definition}
    )
    if not created and (topic.title, topic.definition) == (title, definition):
        return topic
    if not created:
        topic.version += topic.definition != definition
        topic.title, topic.definition = title, definition
        topic.save()
    audit.record(
        actor,
        audit_actions.TOPIC_DEFINED,
        [audit.subject("topic", slug)],
        title=title,
        definition=definition,
        version=topic.version,
    )
    return topic


@transaction.atomic
def track(actor: Actor, *, topic: Topic, rows: Sequence[Tracked]) -> int:
    """The accounts of `rows` are tracked for `topic` as they say. Returns how many rows are new or changed.

    Raises NotAllowed. Audit: topic.tracked, when something changed.
    """
    actor.require(Permission.WRITE_ACTIVITY)
    unique = {row.account_id: row for row in rows}
    changed = _write(_TRACK, topic, [unique[key] for key in sorted(unique)])
    if changed:
        audit.record(actor, audit_actions.TOPIC_TRACKED, [audit.subject("topic", topic.slug)], accounts=changed)
    return changed


@transaction.atomic
def tally(actor: Actor, *, topic: Topic, rows: Sequence[Tally]) -> int:
    """Each cell of `rows` holds these counts: a cell sent again replaces what was counted before, and never adds.

    Returns how many cells are new or changed. Raises NotAllowed. Audit: topic.tallied, when something changed.
    """
    actor.require(Permission.WRITE_ACTIVITY)
    unique = {row[:6]: row for row in rows}
    changed = _write(_TALLY, topic, [unique[key] for key in sorted(unique)])
    if changed:
        audit.record(actor, audit_actions.TOPIC_TALLIED, [audit.subject("topic", topic.slug)], cells=changed)
    return changed


@transaction.atomic
def tally_each(actor: Actor, rows: Sequence[ActivityIn]) -> list[Invalid | None]:
    """Each cell holds these counts, as `tally` says, but for those of unknown topics or platforms, or of days on which
    nothing can have been.

    Takes up to 10,000. Returns each refusal, None for what was taken, in order. Raises NotAllowed.
    Audit: topic.tallied for each topic.
    """
    actor.require(Permission.WRITE_ACTIVITY)
    found = {row.slug: row for row in Topic.objects.filter(slug__in={row.topic for row in rows})}
    platforms = {row.slug: row.pk for row in Platform.objects.filter(slug__in={row.platform for row in rows})}
    cells: dict[str, list[Tally]] = {}
    answers: list[Invalid | None] = []
    for row in rows:
        if row.topic not in found:
            answers.append(_unknown("topic", row.topic))
        elif row.platform not in platforms:
            answers.append(_unknown("platform", row.platform))
        elif fault := clock.fault_of_day(row.day):
            answers.append(Invalid(f"day: {fault}.", fields={"day": fault}))
        else:
            cells.setdefault(row.topic, []).append(Tally.of(row, platforms[row.platform]))
            answers.append(None)
    for slug in sorted(cells):
        tally(actor, topic=found[slug], rows=cells[slug])
    return answers


def _unknown(field: str, slug: str) -> Invalid:
    text = f"no {field} is called {slug!r}."
    return Invalid(f"{field}: {text}", code=f"unknown-{field}", fields={field: text})


def _write(sql: str, topic: Topic, rows: Sequence[tuple[object, ...]]) -> int:
    """Rows in key order, so that two callers never deadlock."""
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(sql, [topic.pk, *(list(column) for column in zip(*rows, strict=True))])
        return int(cursor.rowcount)
