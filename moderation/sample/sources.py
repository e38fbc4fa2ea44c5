"""The API clients that the generated flags come from: one of each kind of source, two with an organisation."""

from datetime import date
from typing import Final

from reviews.services import awards
from reviews.services.awards import AwardSaid
from staff import actors
from staff.actors import Actor
from staff.choices import Scope, SourceKind
from staff.models import ApiClient
from staff.services import clients, organisations
from staff.services.organisations import OrganisationFacts

SOURCES: Final = {
    SourceKind.USER_REPORT: "User reports (demo)",
    SourceKind.TRUSTED_FLAGGER: "Trusted flagger (demo)",
    SourceKind.GOVERNMENT: "Government referral unit (demo)",
    SourceKind.AUTOMATED: "Near-duplicate detector (demo)",
    SourceKind.GOVERNMENT_BODY: "City government (demo)",
    SourceKind.RELIGIOUS_LEADER: "Interfaith council (demo)",
    SourceKind.SCHOOL: "Schools (demo)",
    SourceKind.YOUTH_LEADER: "Youth leaders (demo)",
    SourceKind.ADVOCACY_GROUP: "Advocacy groups (demo)",
}
PARTNERS: Final = (
    SourceKind.GOVERNMENT_BODY,
    SourceKind.RELIGIOUS_LEADER,
    SourceKind.SCHOOL,
    SourceKind.YOUTH_LEADER,
    SourceKind.ADVOCACY_GROUP,
)
ORGANISATIONS: Final = {
    SourceKind.TRUSTED_FLAGGER: OrganisationFacts("Observatory (demo)", "research", "IE"),
    SourceKind.GOVERNMENT: OrganisationFacts("Referral unit (demo)", "public_authority", "DE"),
}
AWARD: Final = AwardSaid(
    awarded_by="Digital Services Coordinator (demo)",
    awarded_on=date(2025, 1, 1),
    ends_on=None,
    policies=["coordinated_inauthentic_behaviour"],
    categories=["STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH"],
)
_SCOPES: Final = [Scope.FLAGS_WRITE.value, Scope.FLAGS_READ.value]


def make_sources(actor: Actor) -> dict[SourceKind, Actor]:
    """A client of each kind, as an actor. Their keys are thrown away: nobody else speaks as them."""
    known = {client.name: client for client in ApiClient.objects.filter(name__in=SOURCES.values())}
    made = {kind: known.get(name) or _make(actor, kind, name) for kind, name in SOURCES.items()}
    return {kind: actors.client(client, _SCOPES) for kind, client in made.items()}


def award_the_flagger(actor: Actor) -> None:
    """The demo's trusted flagger is one. The policies stand; a second time changes nothing."""
    facts = ORGANISATIONS[SourceKind.TRUSTED_FLAGGER]
    awards.enter(actor, organisations.known_or_entered(actor, facts.name), AWARD)


def _make(actor: Actor, kind: SourceKind, name: str) -> ApiClient:
    """The client of that kind, in its organisation."""
    facts = ORGANISATIONS.get(kind)
    if facts:
        organisations.change(actor, organisations.known_or_entered(actor, facts.name), facts)
    belongs_to = facts.name if facts else ""
    return clients.create(actor, name=name, kind=kind, scopes=_SCOPES, organisation=belongs_to)[0]
