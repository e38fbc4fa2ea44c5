"""OpenAPI from msgspec shapes: one definition parses a call, documents it, and writes its answer."""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any, TypeVar

import msgspec
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import OpenApiParameter, extend_schema

from common.http import PROBLEM_TYPE
from common.paging import DEFAULT_SIZE, MAX_SIZE

View = TypeVar("View", bound=Callable[..., Any])


class FieldProblem(msgspec.Struct):
    """What is wrong with one field."""

    field: str
    detail: str


class Problem(msgspec.Struct):
    """Why a call was refused (RFC 9457). `type` is stable and ends in the error's code; `detail` says what to do.
    Some carry more members, told at the call."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] | msgspec.UnsetType = msgspec.UNSET


class Schema(AutoSchema):
    """Takes msgspec Structs wherever drf-spectacular takes a serializer."""

    def _get_response_for_code(
        self,
        serializer: Any,
        status_code: str,
        media_types: list[str] | None = None,
        direction: str = "response",
    ) -> Any:
        if not _is_shape(serializer):
            return super()._get_response_for_code(serializer, status_code, media_types, direction)
        media_type = PROBLEM_TYPE if serializer is Problem else "application/json"
        described = HTTPStatus(int(status_code)).phrase if serializer is Problem else _first_line(serializer)
        return {"description": described, "content": {media_type: {"schema": self._reference(serializer)}}}

    def _get_request_for_media_type(self, serializer: Any, direction: str = "request") -> Any:
        if _is_shape(serializer):
            return self._reference(serializer), True
        return super()._get_request_for_media_type(serializer, direction)

    def map_parsers(self) -> list[Any]:
        return ["application/json"]

    def _reference(self, shape: Any) -> dict[str, Any]:
        """How the document refers to `shape`, which stands among its components from now on."""
        (schema,), components = msgspec.json.schema_components([shape], ref_template="#/components/schemas/{name}")
        for name, body in components.items():
            component = ResolvedComponent(name=name, type=ResolvedComponent.SCHEMA, schema=body, object=name)
            self.registry.register_on_missing(component)
        return schema


def _is_shape(shape: Any) -> bool:
    return (isinstance(shape, type) and issubclass(shape, msgspec.Struct)) or hasattr(shape, "__origin__")


def _first_line(shape: Any) -> str:
    return (shape.__doc__ or "").strip().split("\n")[0]


def documented(
    *, request: Any = None, answers: dict[int, Any], errors: tuple[int, ...] = (), **more: Any
) -> Callable[[View], View]:
    """Document an API method: the shape it takes, the shape per success status, and the statuses of its problems
    (401 and 403 go without saying). `more` is what drf-spectacular's `extend_schema` takes."""
    responses: dict[int, Any] = dict(answers) | dict.fromkeys(sorted({401, 403, *errors}), Problem)
    return extend_schema(request=request, responses=responses, **more)


def query(name: str, description: str, *, required: bool = False, enum: Sequence[str] | None = None) -> Any:
    """A parameter after the question mark."""
    return OpenApiParameter(name, str, OpenApiParameter.QUERY, required, description=description, enum=enum)


def path_text(name: str, description: str) -> Any:
    """A text in the path."""
    return OpenApiParameter(name, str, OpenApiParameter.PATH, required=True, description=description)


CURSOR = (
    query("cursor", "The `next` of the page before"),
    query("page_size", f"1 to {MAX_SIZE}; {DEFAULT_SIZE} unless told"),
)
