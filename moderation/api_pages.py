"""`/api/docs/` and `/api/schema/`: the API's reference, its problem types, and the document that both follow from.

They hold nobody's data, so that the `type` of a problem can be opened without signing in; and they are made once in a
process, so that whoever opens them again and again, signed in or not, takes no time from others.
"""

import json
from functools import cache
from typing import Any, Final

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.encoding import force_bytes
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer2, OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request

from common import problems
from common.problems import ProblemType
from moderation.reference import Group, groups_of

_RENDERERS: Final = [OpenApiJsonRenderer2, OpenApiYamlRenderer]


class ApiSchema(SpectacularAPIView):
    """The document, as JSON unless YAML is asked for: JSON is YAML, too."""

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The same for everybody."""
        media_type = str(request.accepted_renderer.media_type)
        return HttpResponse(_written(media_type), content_type=media_type)


api_schema = login_not_required(ApiSchema.as_view(renderer_classes=_RENDERERS))


@login_not_required
def api_reference(request: HttpRequest) -> HttpResponse:
    """Every call: what it takes, what it answers, and how it refuses."""
    return render(request, "api/reference.html", {"groups": _groups()})


@login_not_required
def api_problems(request: HttpRequest) -> HttpResponse:
    """Every problem type, at the address that is its `type`."""
    kinds = sorted(problems.declared().values(), key=lambda kind: (kind.status, kind.code))
    return render(request, "api/problems.html", {"kinds": [(kind, _shown(kind)) for kind in kinds]})


def _shown(kind: ProblemType) -> str:
    return json.dumps(problems.example_of(kind), indent=2, ensure_ascii=False)


@cache
def _document() -> dict[str, Any]:
    """It follows from the code alone, and takes half a second."""
    with translation.override("en"):  # whoever opens it first
        return dict(SchemaGenerator().get_schema(request=None, public=True))


@cache
def _written(media_type: str) -> bytes:
    kind = next(kind for kind in _RENDERERS if kind.media_type == media_type)
    return force_bytes(kind().render(_document()))


@cache
def _groups() -> list[Group]:
    return groups_of(_document())
