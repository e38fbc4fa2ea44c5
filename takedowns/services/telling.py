"""Entries of the log about enforcements: which subjects and which facts each names."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Protocol
from uuid import UUID

from audit.rules import Action
from audit.services import ActorLike, record_many, subject
from takedowns.selectors.enforcements import account_subjects


class Told(Protocol):
    """What an entry needs to know of an enforcement: a row of the ledger, or what dispatch leased of it."""

    id: UUID
    account_id: UUID
    kind: str
    cause: str
    wave: str
    attempts: int
    until: datetime | None
    error: str


_FACTS: Final = ("kind", "cause", "wave", "attempts", "error")


def record(
    actor: ActorLike,
    action: Action,
    rows: Sequence[Told],
    *,
    accounts: Mapping[UUID, str] | None = None,
    **more: object,
) -> None:
    """One entry of `action` per row, in the caller's transaction.

    Takes how the log names the accounts, where the caller knows it already. Names the enforcement first, then its
    account, its cause and its wave; tells the facts that the action was declared with and that are not empty, and
    `more`.
    """
    if not rows:
        return
    named = accounts or account_subjects(row.account_id for row in rows)
    record_many(actor, action, [(_subjects(row, named), _facts(action, row) | more) for row in rows])


def _subjects(row: Told, accounts: Mapping[UUID, str]) -> list[str]:
    named = [subject("enforcement", row.id), accounts[row.account_id], row.cause, row.wave]
    return [each for each in named if each]


def _facts(action: Action, row: Told) -> dict[str, Any]:
    facts: dict[str, Any] = {name: getattr(row, name) for name in _FACTS if name in action.detail}
    if "until" in action.detail and row.until:
        facts["until"] = row.until.isoformat()
    if "carried_by" in action.detail:
        facts["carried_by"] = str(getattr(row, "carried_by_id", ""))
    return {name: value for name, value in facts.items() if value not in ("", None)}
