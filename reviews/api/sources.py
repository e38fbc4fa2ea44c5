"""The call by which a source reads about itself."""

from typing import ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from common import clock
from common.openapi import documented
from reviews.api.shapes.sources import SourceOwn
from reviews.selectors import sources
from staff.api.calls import Call, client_of
from staff.choices import Scope


class SourceMe(Call):
    """The caller as a source."""

    scopes: ClassVar[dict[str, Scope | None]] = {"GET": Scope.FLAGS_READ}

    @documented(answers={200: SourceOwn}, operation_id="source_me", tags=["sources"])
    def get(self, request: Request) -> Response:
        """How your flags were answered, and how often you were right."""
        actor = client_of(request)
        own = list(sources.own_sources(actor, at=clock.now()))
        assert actor.client is not None  # keys belong to clients
        return Response(SourceOwn.of(actor.client, own))
