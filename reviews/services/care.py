"""Care: what somebody who decides on the case page is held to. Why another length, and the flagged posts seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from reviews.choices import Outcome
from reviews.models import Case, Policy
from reviews.rules.ladder import proposed_days
from reviews.selectors import cases as read
from reviews.selectors.evidence import MOST_POSTS
from reviews.services.facts import Verdict

_FLAGGED = """
    SELECT p.external_id
    FROM reviews_flag f
    JOIN accounts_post p ON p.account_id = f.account_id AND p.external_id = ANY (f.evidence)
    WHERE f.case_id = %s AND f.state = 'open' AND f.evidence_version <= %s
    GROUP BY p.id
    ORDER BY p.posted_at DESC, p.id DESC
    LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Care:
    """What is asked of a set of verdicts: by case, the proposed length in days, and the flagged posts to be seen."""

    proposed: Mapping[UUID, int]
    flagged: Mapping[UUID, Sequence[str]]

    def faults(self, verdict: Verdict) -> dict[str, str]:
        """What a suspension lacks, by field."""
        found: dict[str, str] = {}
        if verdict.outcome != Outcome.SUSPEND:
            return found
        if verdict.days != self.proposed.get(verdict.case_id, verdict.days) and not verdict.length_reason.strip():
            found["length_reason"] = _("say why it isn’t the proposed length.")
        if unseen := set(self.flagged.get(verdict.case_id, ())) - set(verdict.evidence_seen or ()):
            found["evidence"] = _("look at the flagged posts first: %(unseen)s not seen.") % {"unseen": len(unseen)}
        return found


def asked_of(verdicts: Sequence[Verdict], cases: Mapping[UUID, Case], policies: Mapping[str, Policy]) -> Care:
    """What is asked of `verdicts`. Only of those that say their days, and what was seen: of a batch or a call, nothing,
    and nothing is looked up."""
    known = [row for row in verdicts if row.case_id in cases and row.outcome == Outcome.SUSPEND]
    with_days = [row for row in known if row.days is not None and row.policy in policies]
    strikes = read.suspensions_before({cases[row.case_id].account_id for row in with_days}) if with_days else {}
    return Care(
        proposed={
            row.case_id: proposed_days(policies[row.policy].ladder, strikes.get(cases[row.case_id].account_id, 0))
            for row in with_days
        },
        flagged={row.case_id: _flagged_posts(row) for row in known if row.evidence_seen is not None},
    )


def _flagged_posts(verdict: Verdict) -> list[str]:
    """The posts that flags up to the version on the screen rest on, as far as they were captured and the page shows."""
    with connection.cursor() as cursor:
        cursor.execute(_FLAGGED, [verdict.case_id, verdict.evidence_version, MOST_POSTS])
        return [external_id for (external_id,) in cursor.fetchall()]
