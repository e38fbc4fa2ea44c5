"""Examples from JSON schemas: the example of each field, put together into a whole."""

from collections.abc import Mapping
from typing import Any, Final

Schema = Mapping[str, Any]
REFERENCE = "#/components/schemas/"
_BY_FORMAT: Final = {
    "uuid": "019cb1c5-8e00-7c3a-9b1e-4f2d6a7b8c9d",
    "date": "2026-03-02",
    "date-time": "2026-03-02T12:00:00Z",
}
_BY_TYPE: Final[dict[str, Any]] = {"boolean": True, "null": None, "number": 0.5, "integer": 1, "object": {}}


class NoExample(Exception):
    """A text has no example. `where` is its path: FlagIn.account.handle."""

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where


def example_of(schema: Schema, components: Mapping[str, Schema], *, sent: bool, where: str = "") -> Any:
    """A value that fits `schema`.

    Takes whether it is `sent` to us: then of the fields that may be left out only those that say an example are in it;
    an answer holds them all. Raises NoExample for a text that neither says an example nor has a form we know.
    """
    if given := _said(schema):
        return given[0]
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(REFERENCE)
        return example_of(components[name], components, sent=sent, where=name)
    if "anyOf" in schema:
        first = next((one for one in schema["anyOf"] if one.get("type") != "null"), schema["anyOf"][0])
        return example_of(first, components, sent=sent, where=where)
    if "properties" in schema:
        return _object(schema, components, sent=sent, where=where)
    if schema.get("type") == "array":
        inner = schema.get("items")
        return [example_of(inner, components, sent=sent, where=f"{where}[]")] if inner else []
    return _plain(schema, where)


def _said(schema: Schema) -> list[Any]:
    """The examples that the schema itself gives, or the values that are all it allows."""
    if "const" in schema:
        return [schema["const"]]
    return list(schema.get("examples", ())) or sorted(schema.get("enum", ()), key=lambda value: value == "")


def _object(schema: Schema, components: Mapping[str, Schema], *, sent: bool, where: str) -> dict[str, Any]:
    needed = schema.get("required", ())
    return {
        name: example_of(part, components, sent=sent, where=f"{where}.{name}")
        for name, part in schema["properties"].items()
        if not sent or name in needed or _says_an_example(part, components)
    }


def _says_an_example(schema: Schema, components: Mapping[str, Schema]) -> bool:
    """Whether a field that may be left out says an example, itself or as one of what it may be."""
    if schema.get("examples"):
        return True
    if "$ref" in schema:
        return _says_an_example(components[schema["$ref"].removeprefix(REFERENCE)], components)
    inner = [*schema.get("anyOf", ()), *([schema["items"]] if "items" in schema else ())]
    return any(_says_an_example(part, components) for part in inner)


def _plain(schema: Schema, where: str) -> Any:
    kind, form = schema.get("type"), schema.get("format")
    if kind == "string":
        if form not in _BY_FORMAT:
            raise NoExample(where)
        return _BY_FORMAT[form]
    if kind == "integer":
        return max(1, schema.get("minimum", 1))
    return _BY_TYPE.get(kind or "object")
