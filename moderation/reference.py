"""The API's reference as pages show it: read from the OpenAPI document that is made from the code. Pure."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

Json = Mapping[str, Any]
_METHODS: Final = ("get", "post", "put", "patch", "delete")
_BOUNDS: Final = {
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minimum": "from {}",
    "maximum": "to {}",
    "maxItems": "at most {}",
    "format": "{}",
}
_DEEPEST = 4  # of a body's fields; nothing of ours goes deeper


@dataclass(frozen=True)
class Field:
    """One field of a body or an answer, by its path; or one parameter, by its name and place."""

    path: str
    kind: str
    is_required: bool
    description: str
    bounds: str
    place: str = ""


@dataclass(frozen=True)
class Body:
    """A body of one media type: its fields, and an example of it."""

    media_type: str
    fields: list[Field]
    example: str


@dataclass(frozen=True)
class Answer:
    """What comes back with one status. `codes` are those of problems."""

    status: str
    description: str
    body: Body | None
    codes: list[str]


@dataclass(frozen=True)
class Operation:
    """One call: what it takes, and what it answers."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    parameters: list[Field]
    bodies: list[Body]
    answers: list[Answer]
    curl: str

    @property
    def successes(self) -> list[Answer]:
        """The answers to a call that was taken."""
        return [answer for answer in self.answers if not answer.codes]

    @property
    def refusals(self) -> list[Answer]:
        """The answers to a call that was refused."""
        return [answer for answer in self.answers if answer.codes]


@dataclass(frozen=True)
class Group:
    """The calls about one thing."""

    name: str
    operations: list[Operation]


def groups_of(document: Json) -> list[Group]:
    """Every operation of the document under its tag, tags and paths in the document's order."""
    found: dict[str, list[Operation]] = {}
    for path, item in document["paths"].items():
        for method in _METHODS:
            if told := item.get(method):
                operation = _operation(document, method, path, told)
                found.setdefault(told.get("tags", ["more"])[0], []).append(operation)
    return [Group(name, operations) for name, operations in found.items()]


def _operation(document: Json, method: str, path: str, told: Json) -> Operation:
    bodies = [
        _body(document, media_type, content)
        for media_type, content in told.get("requestBody", {}).get("content", {}).items()
    ]
    description = told.get("description", "").strip()
    return Operation(
        id=told["operationId"],
        method=method.upper(),
        path=path,
        summary=told.get("summary", ""),
        description="" if description == told.get("summary") else description,
        parameters=[_parameter(document, one) for one in told.get("parameters", ())],
        bodies=bodies,
        answers=[_answer(document, status, answer) for status, answer in told["responses"].items()],
        curl=_curl(method.upper(), path, bodies),
    )


def _parameter(document: Json, told: Json) -> Field:
    schema, kind = _resolved(document, told.get("schema", {}))
    return Field(
        path=told["name"],
        kind=kind,
        is_required=bool(told.get("required")),
        description=told.get("description", ""),
        bounds=_bounds(schema),
        place=told["in"],
    )


def _answer(document: Json, status: str, told: Json) -> Answer:
    content = told.get("content", {})
    problems = content.get("application/problem+json")
    if problems is not None:
        return Answer(status, told["description"].partition("\n")[0], None, list(problems.get("examples", {})))
    body = next((_body(document, media_type, one) for media_type, one in content.items()), None)
    return Answer(status, told["description"], body, [])


def _body(document: Json, media_type: str, content: Json) -> Body:
    example = next((shown["value"] for shown in content.get("examples", {}).values()), None)
    text = "" if example is None else json.dumps(example, indent=2, ensure_ascii=False)
    return Body(media_type, list(_fields(document, content.get("schema", {}), "", 0)), text)


def _fields(document: Json, schema: Json, path: str, depth: int) -> Iterator[Field]:
    schema, kind = _resolved(document, schema)
    if schema.get("type") == "array":
        yield from _fields(document, schema.get("items", {}), f"{path}[]", depth)
        return
    needed = schema.get("required", ())
    for name, part in schema.get("properties", {}).items():
        place = f"{path}.{name}" if path else name
        inner, kind = _resolved(document, part)
        said = part.get("description") or inner.get("description", "") if "properties" not in inner else ""
        yield Field(place, kind, name in needed, said, _bounds(inner))
        if depth < _DEEPEST:
            yield from _fields(document, part, place, depth + 1)


def _resolved(document: Json, schema: Json) -> tuple[Json, str]:
    """The schema behind references and "or null", and what it is in words."""
    options = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    if len(options) == 1:
        found, kind = _resolved(document, options[0])
        return found, f"{kind} or null"
    if reference := schema.get("$ref"):
        return _resolved(document, document["components"]["schemas"][reference.rpartition("/")[2]])
    return schema, _kind(schema)


def _kind(schema: Json) -> str:
    if "enum" in schema:
        return " · ".join(str(value) if value != "" else "(empty)" for value in schema["enum"])
    kind = schema.get("type", "any")
    return "list" if kind == "array" else " or ".join(kind) if isinstance(kind, list) else str(kind)


def _bounds(schema: Json) -> str:
    return ", ".join(
        words.format(f"{value:,}" if isinstance(value, int) and value < 2**53 else value)
        for name, words in _BOUNDS.items()
        if (value := schema.get(name)) is not None
    )


def _curl(method: str, path: str, bodies: list[Body]) -> str:
    lines = [f'curl -X {method} -H "Authorization: Bearer $KEY"']
    if bodies:
        lines[0] += f' -H "Content-Type: {bodies[0].media_type}"'
    lines.append(f'  "$CASELOAD{path}"')
    if bodies and bodies[0].example:
        one_line = json.dumps(json.loads(bodies[0].example), ensure_ascii=False)
        lines.append("  -d '" + one_line.replace("'", "'\\''") + "'")
    return " \\\n".join(lines)
