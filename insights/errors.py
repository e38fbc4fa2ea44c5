"""Refusals of this package."""

from common.errors import Conflict


class DefinitionChanged(Conflict):
    """A published definition says something else under an unchanged version (409)."""

    code = "definition-changed"
