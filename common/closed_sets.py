"""Closed sets: fields that hold one of a few values. In the API's document each set stands once, under its name, and
whoever holds one of it refers to it: a generated client then has one enum for all."""

from typing import Any, Final

from django.db.models import TextChoices
from msgspec import Meta

from common.examples import REFERENCE

_SET: Final = "x-closed-set"


def one_of(choices: type[TextChoices], description: str = "", *, name: str = "") -> Meta:
    """For `Annotated[str, one_of(FlagState)]`: the field holds one of these and nothing else.

    On a Literal, which the parser holds to, it gives the set its name. `name` is for a class whose own says too little.
    """
    return Meta(extra_json_schema=schema_of(choices, name), description=description or None)


def schema_of(choices: type[TextChoices], name: str = "") -> dict[str, Any]:
    """The schema of a field or parameter that holds one of `choices`, until `lifted` puts the set in its place."""
    title = name or choices.__name__
    # the members' names, since not every value can be one: the empty text
    return {_SET: {"title": title, "type": "string", "enum": choices.values, "x-enum-varnames": choices.names}}


def lifted(schema: Any, found: dict[str, Any]) -> Any:
    """`schema` with a reference in the place of each closed set; the sets are added to `found` by name.

    Raises LookupError when a Literal allows other values than its set.
    """
    if isinstance(schema, list):
        return [lifted(one, found) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if _SET not in schema:
        return {key: lifted(part, found) for key, part in schema.items()}
    named = schema[_SET]
    if set(schema.get("enum", named["enum"])) != set(named["enum"]):
        raise LookupError(f"{named['title']} has other values than the Literal that is called so")
    found[named["title"]] = named
    kept = {key: part for key, part in schema.items() if key not in (_SET, "type", "enum")}
    return {"$ref": REFERENCE + named["title"]} | kept
