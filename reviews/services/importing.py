"""Flags come in from a file, through the same intake as over the API."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from msgspec.structs import replace

from accounts.services.importing import Places
from common.errors import Invalid
from reviews.services import intake
from reviews.services.sent import digest, flag_facts
from reviews.shapes import FlagLine
from staff import actors
from staff.actors import Actor
from staff.choices import Scope
from staff.models import ApiClient
from staff.permissions import Permission


@dataclass(frozen=True)
class Flags:
    """Lines are flags of the API client that `actor` is. A line without a reference of its own gets one from its
    content, so that the same line sent again is the same flag."""

    what: ClassVar[str] = "flags"
    shape: ClassVar[type[FlagLine]] = FlagLine
    permission: ClassVar[Permission] = Permission.SEND_FLAGS
    actor: Actor
    places: Places

    @property
    def destination(self) -> str:
        return f"{self.places.destination} {self.actor.key}"

    def store(self, rows: Sequence[FlagLine]) -> list[str]:
        answers = intake.submit(self.actor, [flag_facts(self._complete(row)) for row in rows])
        return [answer.error.message if answer.error else "" for answer in answers]

    def _complete(self, row: FlagLine) -> FlagLine:
        row = replace(row, platform=row.platform or self.places.platform)
        return row if row.client_reference else replace(row, client_reference=f"import:{digest(row)}")


def sender(name: str) -> Actor:
    """The API client whose flags a file holds. Raises Invalid when it isn't known or disabled."""
    client = ApiClient.objects.filter(name=name, disabled_at=None).first()
    if client is None:
        raise Invalid(
            f"client: no API client is called {name!r}. Make it with `manage.py client create`, name it with --client.",
            fields={"client": "not known here"},
        )
    return actors.client(client, [Scope.FLAGS_WRITE])
