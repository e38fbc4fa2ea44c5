"""Closed sets: once in the document, under their names, and never at odds with what the parser lets through."""

from typing import Annotated, Any, Literal

import msgspec
import pytest
from django.db.models import TextChoices
from drf_spectacular.plumbing import ComponentRegistry

from common.closed_sets import lifted, one_of, schema_of
from common.openapi import Schema


class Colour(TextChoices):
    NONE = "", "None"
    RED = "red", "Red"


class Wine(TextChoices):
    RED = "red", "Red"
    WHITE = "white", "White"


COLOUR = {"title": "Colour", "type": "string", "enum": ["", "red"], "x-enum-varnames": ["NONE", "RED"]}


def schema_and_sets(kind: Any) -> tuple[Any, dict[str, Any]]:
    found: dict[str, Any] = {}
    return lifted(msgspec.json.schema(kind), found), found


@pytest.mark.parametrize(
    ("kind", "schema"),
    [
        (Annotated[str, one_of(Colour)], {"$ref": "#/components/schemas/Colour"}),
        (Annotated[Literal["", "red"], one_of(Colour)], {"$ref": "#/components/schemas/Colour"}),
        (
            Annotated[str, one_of(Colour, "Of its hair")],
            {"$ref": "#/components/schemas/Colour", "description": "Of its hair"},
        ),
        (
            Annotated[str, one_of(Colour)] | None,
            {"anyOf": [{"$ref": "#/components/schemas/Colour"}, {"type": "null"}]},
        ),
        (list[Annotated[str, one_of(Colour)]], {"type": "array", "items": {"$ref": "#/components/schemas/Colour"}}),
    ],
)
def test_a_field_refers_to_its_set(kind: Any, schema: dict[str, Any]) -> None:
    assert schema_and_sets(kind) == (schema, {"Colour": COLOUR})


def test_a_set_may_be_called_otherwise() -> None:
    _, sets = schema_and_sets(Annotated[str, one_of(Colour, name="HairColour")])
    assert sets == {"HairColour": COLOUR | {"title": "HairColour"}}


def test_a_literal_with_other_values_than_its_set_is_an_error() -> None:
    with pytest.raises(LookupError, match="Colour"):
        schema_and_sets(Annotated[Literal["red", "blue"], one_of(Colour)])


def test_two_sets_of_one_name_are_an_error() -> None:
    part = Schema()
    part.registry = ComponentRegistry()
    assert part._named(schema_of(Colour)) == {"$ref": "#/components/schemas/Colour"}
    with pytest.raises(LookupError, match="Two closed sets are called Colour"):
        part._named(schema_of(Wine, "Colour"))
