"""Lanes are made: the first case that needs one brings it. And cases follow what their account asks for."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from reviews.rules.lanes import LaneFacts, needed

_COLUMNS = ", ".join(LaneFacts._fields)
_GIVEN = """
    jsonb_to_recordset(%s::jsonb) AS given (
        place int, platform_id uuid, policy_id uuid, language varchar, source_kinds varchar[], protected_class varchar,
        follower_band varchar, clearances varchar[]
    )
"""
_FIND = f"SELECT given.place, lane.id FROM {_GIVEN} JOIN reviews_lane AS lane USING ({_COLUMNS})"  # noqa: S608  # ours
_MAKE = f"""
    INSERT INTO reviews_lane ({_COLUMNS}) SELECT {_COLUMNS} FROM {_GIVEN} ON CONFLICT ({_COLUMNS}) DO NOTHING
"""  # noqa: S608  # names of ours alone
_CASES_OF = f"""
    SELECT c.id, account.clearances, {", ".join(f"lane.{name}" for name in LaneFacts._fields)}
    FROM reviews_case c
    JOIN reviews_lane lane ON lane.id = c.lane_id
    JOIN accounts_account account ON account.id = c.account_id
    WHERE c.account_id = ANY (%s)
"""  # noqa: S608  # names of ours alone
_PUT = """
    UPDATE reviews_case c SET lane_id = given.lane_id FROM unnest(%s::uuid[], %s::int[]) AS given (id, lane_id)
    WHERE c.id = given.id AND c.lane_id <> given.lane_id
"""
_TAKE_TURNS = "SELECT pg_advisory_xact_lock(hashtext('reviews_lane'))"


def ids_of(wanted: Collection[LaneFacts]) -> dict[LaneFacts, int]:
    """The ids of these lanes; those that no case stood in yet are made in the caller's transaction.

    One query as a rule. Transactions that make lanes take turns, so that two that make several never wait for each
    other.
    """
    distinct = list(dict.fromkeys(wanted))
    found = _find(distinct) if distinct else {}
    if missing := [facts for facts in distinct if facts not in found]:
        with connection.cursor() as cursor:
            cursor.execute(_TAKE_TURNS)
            cursor.execute(_MAKE, [_json(missing)])
        found |= _find(missing)
    return found


def follow_accounts(account_ids: Iterable[UUID], *, without: str = "") -> None:
    """All cases of these accounts, open or not, stand in lanes that ask for what their accounts ask for, too; and for
    the clearance `without` no more. Takes accounts that the caller has locked, with all their cases."""
    with connection.cursor() as cursor:
        cursor.execute(_CASES_OF, [list(account_ids)])
        found = [(pk, clearances, _facts(lane)) for pk, clearances, *lane in cursor.fetchall()]
        wanted = {
            pk: facts._replace(clearances=needed({*facts.clearances, *own} - {without})) for pk, own, facts in found
        }
        lane_ids = ids_of(wanted.values())
        cursor.execute(_PUT, [list(wanted), [lane_ids[facts] for facts in wanted.values()]])


def _facts(row: Iterable[Any]) -> LaneFacts:
    """A lane's row as what it is made of: arrays come as lists."""
    return LaneFacts._make(tuple(value) if isinstance(value, list) else value for value in row)


def _find(facts: list[LaneFacts]) -> dict[LaneFacts, int]:
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [_json(facts)])
        return {facts[place]: lane_id for place, lane_id in cursor.fetchall()}


def _json(facts: list[LaneFacts]) -> str:
    return msgspec.json.encode([one._asdict() | {"place": place} for place, one in enumerate(facts)]).decode()
