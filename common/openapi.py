"""OpenAPI from msgspec shapes: one definition parses a call, documents it, and writes its answer."""

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import extend_schema

View = TypeVar("View", bound=Callable[..., Any])
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "description": "Stable; ends in the error's code"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "A sentence that says what to do"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}


class Schema(AutoSchema):
    """Takes msgspec Structs wherever drf-spectacular takes a serializer."""

    def _get_response_for_code(
        self,
        serializer: Any,
        status_code: str,
        media_types: list[str] | None = None,
        direction: str = "response",
    ) -> Any:
        if _is_struct(serializer):
            described = {"description": (serializer.__doc__ or "").split("\n")[0]}
            return described | {"content": {"application/json": {"schema": self._struct(serializer)}}}
        return super()._get_response_for_code(serializer, status_code, media_types, direction)

    def _get_request_for_media_type(self, serializer: Any, direction: str = "request") -> Any:
        if _is_struct(serializer):
            return self._struct(serializer), True
        return super()._get_request_for_media_type(serializer, direction)

    def map_parsers(self) -> list[Any]:
        return ["application/json"]

    def _struct(self, shape: Any) -> dict[str, Any]:
        (schema,), components = msgspec.json.schema_components([shape], ref_template="#/components/schemas/{name}")
        for name, body in components.items():
            component = ResolvedComponent(name=name, type=ResolvedComponent.SCHEMA, schema=body, object=name)
            self.registry.register_on_missing(component)
        return schema


def _is_struct(shape: Any) -> bool:
    return (isinstance(shape, type) and issubclass(shape, msgspec.Struct)) or hasattr(shape, "__origin__")


def documented(
    *, request: Any = None, answers: dict[int, Any], errors: tuple[int, ...] = (), **more: Any
) -> Callable[[View], View]:
    """Document an API method: the shape it takes, the shape per success status, and the problem statuses."""
    responses: dict[Any, Any] = dict(answers)
    for status in sorted({401, 403, *errors}):
        responses[status, "application/problem+json"] = PROBLEM
    return extend_schema(request=request, responses=responses, **more)
