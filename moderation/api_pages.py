"""`/api/docs/`: the API's reference and its problem types, for whoever codes against them.

They hold nobody's data, so that the `type` of a problem can be opened without signing in.
"""

import json
from functools import cache

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from drf_spectacular.generators import SchemaGenerator

from common import problems
from common.problems import ProblemType
from moderation.reference import Group, groups_of


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
def _groups() -> list[Group]:
    """Made once in a process: the document follows from the code alone, and takes half a second."""
    return groups_of(SchemaGenerator().get_schema(request=None, public=True))
