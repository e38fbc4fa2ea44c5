"""Trust, read: which flags are a trusted flagger's, and which award an organisation has today."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from reviews.models import Award, Flag
from reviews.rules import trust
from reviews.rules.trust import AwardFacts
from staff.choices import SourceKind


def trusted_flags(flags: Sequence[Flag]) -> frozenset[UUID]:
    """The ids of those among `flags` that came from a trusted flagger within its area of competence.

    Takes flags with client and policy. One statement, and none when no such organisation flagged.
    """
    wanted = {
        flag.client.organisation_id
        for flag in flags
        if flag.client.kind == SourceKind.TRUSTED_FLAGGER and flag.client.organisation_id
    }
    if not wanted:
        return frozenset()
    awards: dict[UUID | None, list[AwardFacts]] = defaultdict(list)
    for award in Award.objects.filter(organisation__in=wanted):
        awards[award.organisation_id].append(award.facts)
    return frozenset(
        flag.pk
        for flag in flags
        if trust.is_trusted(
            flag.client.kind,
            awards[flag.client.organisation_id],
            policy=flag.policy.code,
            category=flag.policy.statement_category,
            on=flag.received_at.date(),
        )
    )


def awards_on(organisation_ids: Iterable[UUID], day: date) -> dict[UUID, Award]:
    """By organisation, the award that stands on that day."""
    rows = Award.objects.filter(organisation__in=set(organisation_ids)).order_by("awarded_on", "id")
    return {award.organisation_id: award for award in rows if trust.holds(award.facts, day)}
