"""The API clients that the generated flags come from: one of each kind of source."""

from typing import Final

from staff import actors
from staff.actors import Actor
from staff.choices import Scope, SourceKind
from staff.models import ApiClient
from staff.services import clients

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
_SCOPES: Final = [Scope.FLAGS_WRITE.value, Scope.FLAGS_READ.value]


def make_sources(actor: Actor) -> dict[SourceKind, Actor]:
    """A client of each kind, as an actor. Their keys are thrown away: nobody else speaks as them."""
    known = {client.name: client for client in ApiClient.objects.filter(name__in=SOURCES.values())}
    made = {
        kind: known.get(name) or clients.create(actor, name=name, kind=kind, scopes=_SCOPES)[0]
        for kind, name in SOURCES.items()
    }
    return {kind: actors.client(client, _SCOPES) for kind, client in made.items()}
