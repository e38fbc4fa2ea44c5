"""Exposure is counted: how many cases of each severity a person opened today, each once, as they are opened."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from common import clock
from reviews.models import Claim
from reviews.rules import humane as rules
from reviews.selectors import humane
from staff.models import User

# A case that the person opened before, that day, is told by its claims: a few, by the index on their case.
COUNT = """
    INSERT INTO reviews_exposure (person_id, day, severity, cases)
    SELECT %(holder)s, %(day)s, policy.severity, count(*)
    FROM reviews_case AS opened JOIN reviews_policy AS policy ON policy.id = opened.policy_id
    WHERE opened.id = ANY (%(cases)s) AND NOT EXISTS (
        SELECT FROM reviews_claim AS before
        WHERE before.case_id = opened.id AND before.holder_id = %(holder)s AND before.ahead_of_id IS NULL
            AND before.claimed_at >= %(day_began_at)s
    )
    GROUP BY policy.severity
    ON CONFLICT (person_id, day, severity) DO UPDATE SET cases = reviews_exposure.cases + excluded.cases
"""


def params(person: User, case_ids: Sequence[UUID], at: datetime) -> dict[str, Any]:
    """The parameters of COUNT."""
    zone = humane.zone_of(person)
    return {
        "holder": person.pk,
        "cases": list(case_ids),
        "day": rules.day_of(at, zone),
        "day_began_at": rules.day_begins(at, zone),
    }


def open_ahead(live: Claim) -> None:
    """The case that was taken ahead, if it was, is before its holder now: it counts as opened."""
    if live.ahead_of_id is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(COUNT, params(live.holder, [live.case_id], clock.now()))
    live.ahead_of = None
    live.save(update_fields=["ahead_of"])
