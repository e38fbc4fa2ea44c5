"""Refusals of this package."""

from common.errors import Conflict
from common.problems import declare


class DefinitionChanged(Conflict):
    """A published definition says something else under an unchanged version (409)."""

    code = "definition-changed"


declare(
    "unknown-statistic",
    404,
    "There is no such statistic",
    "GET /api/v1/statistics/definitions lists them.",
    detail="There is no statistic of_all. There are: decisions, flags.",
)
