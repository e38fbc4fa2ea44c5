"""Who calls the API: keys, and what each call demands of them."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from common.errors import NotAllowed, NotSignedIn
from staff.actors import Actor
from staff.models import ApiKey
from staff.selectors import clients


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer <prefix>.<secret>`. `request.user` becomes the client's Actor, `request.auth` the key."""

    def authenticate(self, request: Request) -> tuple[Actor, ApiKey] | None:
        scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not credentials.strip():
            return None
        return clients.authenticate(credentials.strip())

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class HasScope(BasePermission):
    """Deny by default: a view names the scope of each method in `scopes`; None there means any valid key."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not isinstance(request.auth, ApiKey):
            raise NotSignedIn("Send a key: `Authorization: Bearer <prefix>.<secret>`.")
        scopes: dict[str, str | None] = view.scopes
        method = "GET" if request.method == "HEAD" else str(request.method)
        if method not in scopes:
            raise MethodNotAllowed(method)
        needed = scopes[method]
        if needed is not None and needed not in request.auth.scopes:
            raise NotAllowed(f"This key lacks the scope {needed}.", code="scope-missing")
        return True


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The key in the OpenAPI document."""

    target_class = "staff.api.authentication.ApiKeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "`<prefix>.<secret>`, as printed once at its making",
        }
