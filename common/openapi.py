"""OpenAPI from msgspec shapes: one definition parses a call, documents it, and writes its answer.

`documented` says what a call takes and answers; the rest is found: the examples from the fields' own
(`common.examples`), the problems that every call can give from their declarations (`common.problems`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Final, Literal, TypeVar

import msgspec
from django.db.models import TextChoices
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from msgspec import Meta

from common import closed_sets, examples, headers, problems
from common.bodies import decode
from common.errors import Invalid
from common.http import PROBLEM_TYPE, problem
from common.paging import DEFAULT_SIZE, MAX_SIZE
from common.problems import GivenBy, ProblemType

Instant = Annotated[datetime, Meta(tz=True)]
View = TypeVar("View", bound=Callable[..., Any])
JSON: Final = "application/json"
SUCCESS: Final = {200: "As asked for.", 201: "Made.", 202: "Taken on.", 204: "Nothing to answer with."}
_OF_STATUS: Final = {403: "not-allowed", 404: "not-found", 409: "conflict", 413: "too-large", 422: "invalid"}
_PHRASES: Final = {413: "Content Too Large", 422: "Unprocessable Content"}  # RFC 9110; older Pythons say otherwise


@dataclass(frozen=True)
class Contract:
    """What a call takes and answers: the shape of its body (or one per media type), the shape per success status, the
    codes of its own problems, and named examples of its body beside the one put together from the fields."""

    request: Any
    answers: Mapping[int, Any]
    errors: Sequence[int | str]
    examples: Mapping[str, Any] = field(default_factory=dict)


def documented(
    *,
    request: Any = None,
    answers: dict[int, Any],
    errors: Sequence[int | str] = (),
    examples: Mapping[str, Any] | None = None,
    **more: Any,
) -> Callable[[View], View]:
    """Document an API method.

    Takes the shape of the body, the shape per success status, the codes of problems that this call can give ("case-
    claimed"; a status stands for its general code), and more examples of the body by their names. Problems that are
    declared as given by every call, by every body and so on go without saying. `more` is what drf-spectacular's
    `extend_schema` takes.
    """

    def mark(view: View) -> View:
        view.contract = Contract(request, answers, errors, examples or {})  # type: ignore[attr-defined]
        return extend_schema(**more)(view)

    return mark


class Schema(AutoSchema):
    """The document's part about one method of one call."""

    @property
    def _contract(self) -> Contract:
        return getattr(self.view, self.method.lower()).contract

    def _is_list_view(self, serializer: Any = None) -> bool:
        return False

    def get_request_serializer(self) -> Any:
        """None: there are no serializers here."""
        return None

    def get_response_serializers(self) -> Any:
        """None: there are no serializers here."""
        return None

    def get_summary(self) -> str:
        """The first sentence of what is said of the call."""
        return super().get_summary() or self.get_description().strip().split(". ")[0].split("\n")[0].rstrip(".:")

    def _get_request_body(self, direction: str = "request") -> dict[str, Any] | None:
        if (shape := self._contract.request) is None:
            return None
        by_type = shape if isinstance(shape, dict) else {JSON: shape}
        content = {media_type: self._content(one, sent=True) for media_type, one in by_type.items()}
        for name, value in self._contract.examples.items():
            content[JSON].setdefault("examples", {})[_key(name)] = {"summary": name, "value": value}
        return {"content": content, "required": True}

    def _get_response_bodies(self, direction: str = "response") -> dict[str, Any]:
        by_status: dict[int, list[ProblemType]] = {}
        for kind in self._problems():
            by_status.setdefault(kind.status, []).append(kind)
        refused = {str(status): self._refusal(status, by_status[status]) for status in sorted(by_status)}
        found = {str(status): self._success(status, shape) for status, shape in self._contract.answers.items()}
        for answer in found.values():
            answer["headers"] = self._headers_of_an_answer()
        return found | refused

    # ── answers ──────────────────────────────────────────────────────────────────────────────────────────
    def _success(self, status: int, shape: Any) -> dict[str, Any]:
        if shape is None:
            return {"description": SUCCESS[status]}
        return {"description": _first_line(shape) or SUCCESS[status], "content": {JSON: self._content(shape)}}

    def _refusal(self, status: int, kinds: list[ProblemType]) -> dict[str, Any]:
        told = "\n".join(f"* `{kind.code}`: {kind.title}. {kind.remedy}" for kind in kinds)
        shown = {kind.code: {"summary": kind.title, "value": self._example(kind)} for kind in kinds}
        phrase = _PHRASES.get(status) or HTTPStatus(status).phrase
        content = {PROBLEM_TYPE: {"schema": self._problem(), "examples": shown}}
        told_too = {name: headers.ANSWERED[name] for name in headers.BY_STATUS.get(status, ())}
        return {"description": f"{phrase}\n\n{told}", "content": content} | ({"headers": told_too} if told_too else {})

    def _headers_of_an_answer(self) -> dict[str, Any]:
        names = ["RateLimit", "RateLimit-Policy", *(["Idempotency-Replayed"] if self.method != "GET" else [])]
        return {name: headers.ANSWERED[name] for name in names}

    def _get_parameters(self) -> list[dict[str, Any]]:
        """What `documented` names, and for a write the key under which it is done once."""
        found: list[dict[str, Any]] = [self._named(one) for one in super()._get_parameters()]
        return found if self.method == "GET" else [*found, headers.IDEMPOTENCY_KEY]

    def _problems(self) -> Iterator[ProblemType]:
        """What this call can be refused with, each once."""
        known, contract = problems.declared(), self._contract
        named = {_OF_STATUS[given] if isinstance(given, int) else given for given in contract.errors}
        sides = self._sides()
        for code in named - known.keys():
            raise LookupError(f"{self.method} {self.path}: no problem {code!r} is declared (common.problems.declare)")
        yield from (kind for kind in known.values() if kind.code in named or kind.given_by in sides)

    def _sides(self) -> set[GivenBy]:
        """What this call is, besides itself."""
        takes = {
            GivenBy.CALLS: True,
            GivenBy.SCOPES: self._scope() is not None,
            GivenBy.PERSONS: self._is_for_a_person(),
            GivenBy.BODIES: self._contract.request is not None,
            GivenBy.WRITES: self.method != "GET",
        }
        return {side for side, is_so in takes.items() if is_so}

    def _scope(self) -> str | None:
        """What the method demands of a key; None: any key will do."""
        view: Any = self.view
        scopes: Mapping[str, str | None] = view.scopes
        return scopes[self.method]

    def _is_for_a_person(self) -> bool:
        shape = self._contract.request
        names = getattr(shape, "__struct_fields__", ())
        return "staff" in names or any(one.get("name") == "staff" for one in self._get_parameters())

    def _example(self, kind: ProblemType) -> dict[str, object]:
        """The example of a problem; for a body that does not fit, the true answer to an empty one."""
        shape = self._contract.request
        if kind.code == "invalid" and isinstance(shape, type):
            try:
                decode(b"{}", shape)
            except Invalid as refusal:
                return problem(refusal)
        return problems.example_of(kind)

    # ── shapes ───────────────────────────────────────────────────────────────────────────────────────────
    def _content(self, shape: Any, *, sent: bool = False) -> dict[str, Any]:
        schema = self._reference(shape)
        content: dict[str, Any] = {"schema": schema}
        try:
            value = examples.example_of(schema, self._components(), sent=sent)
        except examples.NoExample:  # `tests/api/test_examples.py` says where it is missing
            return content
        return content | {"examples": {"example": {"summary": "Example", "value": value}}}

    def _components(self) -> dict[str, Any]:
        return {name: body for (name, _), body in _schemas_of(self.registry)}

    def _reference(self, shape: Any) -> dict[str, Any]:
        """How the document refers to `shape`, which stands among its components from now on."""
        (schema,), components = msgspec.json.schema_components([shape], ref_template=examples.REFERENCE + "{name}")
        for name, body in components.items():
            self._register(name, body)
        return schema

    def _problem(self) -> dict[str, Any]:
        (_,), components = msgspec.json.schema_components(
            [problems.Problem], ref_template=examples.REFERENCE + "{name}"
        )
        more = {
            name: {"type": _JSON_TYPES[type(value)], "description": f"Of `{kind.code}`", "examples": [value]}
            for kind in problems.declared().values()
            for name, value in kind.members.items()
        }
        components["Problem"]["properties"] |= more
        for name, body in components.items():
            self._register(name, body)
        return {"$ref": f"{examples.REFERENCE}Problem"}

    def _register(self, name: str, body: dict[str, Any]) -> None:
        component = ResolvedComponent(name=name, type=ResolvedComponent.SCHEMA, schema=self._named(body), object=name)
        self.registry.register_on_missing(component)

    def _named(self, schema: dict[str, Any]) -> dict[str, Any]:
        """`schema`, its closed sets standing among the components. Raises LookupError when two have one name."""
        found: dict[str, Any] = {}
        named: dict[str, Any] = closed_sets.lifted(schema, found)
        for name, body in found.items():
            self._register(name, body)
            if self._components()[name] != body:
                raise LookupError(f"Two closed sets are called {name}: call one otherwise, one_of(…, name=…)")
        return named


_JSON_TYPES: Final = {str: "string", int: "integer", float: "number", bool: "boolean", list: "array", dict: "object"}


def _schemas_of(registry: Any) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    return ((key, component.schema) for key, component in registry._components.items())


def _first_line(shape: Any) -> str:
    return (shape.__doc__ or "").strip().split("\n")[0] if isinstance(shape, type) else ""


def _key(name: str) -> str:
    return name.lower().replace(" ", "-")


# ── parameters ───────────────────────────────────────────────────────────────────────────────────────────
def query(
    name: str,
    description: str,
    *,
    required: bool = False,
    choices: type[TextChoices] | None = None,
    schema: Mapping[str, Any] | None = None,
    example: str | int | None = None,
) -> OpenApiParameter:
    """A parameter after the question mark. `schema` is its JSON schema where a text of any form is too much."""
    given = closed_sets.schema_of(choices) if choices else schema
    return _parameter(name, given, "query", required, description, example)


def path_text(
    name: str, description: str, *, schema: Mapping[str, Any] | None = None, example: str = ""
) -> OpenApiParameter:
    """A text in the path."""
    return _parameter(name, schema, "path", True, description, example or None)


def _parameter(
    name: str,
    schema: Mapping[str, Any] | None,
    place: Literal["query", "path"],
    required: bool,
    description: str,
    example: str | int | None,
) -> OpenApiParameter:
    shown = [OpenApiExample("Example", value=example)] if example is not None else []
    kind = dict(schema or {"type": "string", "minLength": 1})
    return OpenApiParameter(name, kind, place, required, description=description, examples=shown)


CURSOR: Final = (
    query("cursor", "The `next` of the page before", schema={"type": "string", "minLength": 1, "maxLength": 200}),
    query(
        "page_size",
        "How many at most",
        schema={"type": "integer", "minimum": 1, "maximum": MAX_SIZE, "default": DEFAULT_SIZE},
        example=DEFAULT_SIZE,
    ),
)
