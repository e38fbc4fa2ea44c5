"""Recording: entries are written in the transaction of what they tell, or not at all."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import msgspec
from django.db import transaction

from audit.rules import Action, check_detail
from common import bulk, clock
from common.ids import new_id

_COLUMNS = (
    "id",
    "recorded_at",
    "action",
    "actor_kind",
    "actor",
    "actor_label",
    "on_behalf_of",
    "subjects",
    "detail",
)


class ActorLike(Protocol):
    """What the log needs to know of an actor; `staff.actors.Actor` is one."""

    @property
    def kind(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def on_behalf_of(self) -> str: ...


def subject(kind: str, key: object) -> str:
    """How a thing is named in the log: `subject("case", case.pk)` is "case:0192…"."""
    return f"{kind}:{key}"


def record(actor: ActorLike, action: Action, subjects: Sequence[str], **detail: Any) -> None:
    """One entry. See `record_many`."""
    record_many(actor, action, [(subjects, detail)])


def record_many(actor: ActorLike, action: Action, about: Iterable[tuple[Sequence[str], dict[str, Any]]]) -> None:
    """Write one entry of `action` per pair (subjects, detail). See `record_all`."""
    record_all(actor, [(action, subjects, detail) for subjects, detail in about])


def record_all(actor: ActorLike, entries: Iterable[tuple[Action, Sequence[str], dict[str, Any]]]) -> None:
    """Write an entry for each (action, subjects, detail), in their order, in the caller's transaction.

    Takes subjects made with `subject()`, the main one first, and details with JSON values under declared keys.
    Raises ValueError on an undeclared key, TransactionManagementError outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("Entries must be recorded in the acting transaction.")
    at = clock.now()
    who = (actor.kind, actor.key, actor.label, actor.on_behalf_of)
    rows = []
    for action, subjects, detail in entries:
        check_detail(action, detail)
        rows.append((new_id(), at, action.code, *who, list(subjects), _json(detail)))
    bulk.insert_rows("audit_entry", _COLUMNS, rows)


def _json(detail: dict[str, Any]) -> str:
    return msgspec.json.encode(detail).decode()
