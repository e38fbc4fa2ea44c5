"""Sources as supervisors see them: the list, one source with its history, organisations with their awards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from common.errors import NotFound
from reviews.models import Award, Flood, MisuseWarning, ProcessingSuspension, Source, SourceDay
from reviews.rules import misuse
from reviews.rules.precision import WINDOW_DAYS
from reviews.selectors.sources import Answers, answers_of
from reviews.selectors.trust import awards_on
from staff.actors import Actor
from staff.choices import SourceKind
from staff.models import ApiClient, Organisation
from staff.permissions import Permission
from staff.selectors.organisations import get_organisation, organisations_visible_to

MOST_FLOODS = 5


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One line of the list. `award` is its organisation's, where the source is a trusted flagger; `warned_at` is that
    of a warning that still holds."""

    source: Source
    answers: Answers
    per_day: float
    award: Award | None
    warned_at: datetime | None
    is_suspended: bool


@dataclass(frozen=True, slots=True)
class SourceView:
    """All that a source's page shows; `refused` are the counts of the window by day, newest first, `floods` the last
    ones in it; `may_state` what a relay may state, in words."""

    row: SourceRow
    warnings: list[MisuseWarning]
    suspensions: list[ProcessingSuspension]
    standing: ProcessingSuspension | None
    refused: list[SourceDay]
    refused_count: int
    floods: list[Flood]
    may_state: list[str]


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """An organisation with the award that stands on it today, and its clients."""

    organisation: Organisation
    award: Award | None
    clients: list[ApiClient]


def sources_visible_to(actor: Actor) -> QuerySet[Source]:
    """Every source, by name and kind, with its client and organisation. Raises NotAllowed."""
    actor.require(Permission.SEE_SOURCES)
    return Source.objects.select_related("client__organisation").order_by("name", "kind", "pk")


def rows_of(found: Sequence[Source], *, at: datetime) -> list[SourceRow]:
    """These sources as the list shows them, in the same order. Three statements for any number."""
    ids = [source.pk for source in found]
    answers = answers_of(ids, at=at)
    organisations = {source.client.organisation_id for source in found if source.client.organisation_id}
    awards = awards_on(organisations, at.date())
    since = at - timedelta(days=misuse.WARNING_HOLDS_DAYS)
    warned = dict(
        MisuseWarning.objects.filter(source__in=ids, given_at__gte=since)
        .order_by("given_at")
        .values_list("source_id", "given_at")
    )
    return [_row(source, answers.get(source.pk, Answers()), awards, warned, at) for source in found]


def _row(
    source: Source, answers: Answers, awards: dict[UUID, Award], warned: dict[UUID, datetime], at: datetime
) -> SourceRow:
    organisation_id = source.client.organisation_id
    is_flagger = source.client.kind == SourceKind.TRUSTED_FLAGGER and organisation_id is not None
    return SourceRow(
        source=source,
        answers=answers,
        per_day=answers.per_day(at),
        award=awards.get(organisation_id) if is_flagger and organisation_id else None,
        warned_at=warned.get(source.pk),
        is_suspended=misuse.is_suspended(source.suspended_until, at),
    )


def source_view(actor: Actor, source_id: UUID, *, at: datetime) -> SourceView:
    """One source with what was done about its misuse. Raises NotFound, NotAllowed."""
    source = sources_visible_to(actor).filter(pk=source_id).first()
    if source is None:
        raise NotFound(_("There is no source with this id."))
    (row,) = rows_of([source], at=at)
    suspensions = source.suspensions.select_related("imposed_by", "lifted_by").order_by("-imposed_at")
    refused = source.days.filter(day__gte=at.date() - timedelta(days=WINDOW_DAYS), refused__gt=0)
    floods = source.floods.filter(began_at__gte=at - timedelta(days=WINDOW_DAYS)).order_by("-began_at")
    history = list(suspensions)
    return SourceView(
        row=row,
        warnings=list(source.warnings.select_related("given_by").order_by("-given_at")),
        suspensions=history,
        standing=history[0] if row.is_suspended else None,
        refused=list(refused.order_by("-day")[:14]),
        refused_count=refused.aggregate(many=Sum("refused"))["many"] or 0,
        floods=list(floods[:MOST_FLOODS]),
        may_state=[str(SourceKind(kind).label) for kind in source.client.may_state],
    )


def organisation_rows(actor: Actor, *, at: datetime) -> list[OrganisationRow]:
    """Every organisation, by name. Raises NotAllowed."""
    rows = list(organisations_visible_to(actor).prefetch_related("clients"))
    awards = awards_on([row.pk for row in rows], at.date())
    return [OrganisationRow(row, awards.get(row.pk), list(row.clients.all())) for row in rows]


@dataclass(frozen=True, slots=True)
class OrganisationView:
    """All that an organisation's page shows: its award of today, every award it had, newest first, and its sources."""

    organisation: Organisation
    award: Award | None
    awards: list[Award]
    clients: list[ApiClient]
    sources: list[Source]


def organisation_view(actor: Actor, organisation_id: UUID, *, at: datetime) -> OrganisationView:
    """One organisation. Raises NotFound, NotAllowed."""
    found = get_organisation(actor, organisation_id)
    return OrganisationView(
        organisation=found,
        award=awards_on([found.pk], at.date()).get(found.pk),
        awards=list(Award.objects.filter(organisation=found).order_by("-awarded_on", "-pk")),
        clients=list(found.clients.order_by("name")),
        sources=list(sources_visible_to(actor).filter(client__organisation=found)),
    )
