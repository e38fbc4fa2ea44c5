"""Lanes are made: the first case that needs one brings it."""

from collections.abc import Collection

import msgspec
from django.db import connection

from reviews.rules.lanes import LaneFacts

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


def _find(facts: list[LaneFacts]) -> dict[LaneFacts, int]:
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [_json(facts)])
        return {facts[place]: lane_id for place, lane_id in cursor.fetchall()}


def _json(facts: list[LaneFacts]) -> str:
    return msgspec.json.encode([one._asdict() | {"place": place} for place, one in enumerate(facts)]).decode()
