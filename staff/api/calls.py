"""What every API call shares: the scope it demands, who it is that calls, and that a repeated one is done once."""

from functools import partial
from typing import Any, ClassVar, cast
from urllib.parse import unquote_to_bytes

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common import limits
from common.errors import Invalid, NotFound
from staff.actors import Actor
from staff.api import idempotency
from staff.choices import Scope
from staff.models import ApiKey
from staff.selectors import clients
from staff.services import call_limits


class Call(APIView):
    """A call of the API. `scopes` names the scope of each method; None there means that any valid key will do.
    `max_body_bytes` bounds its body, packed or unpacked."""

    scopes: ClassVar[dict[str, Scope | None]]
    max_body_bytes: ClassVar[int] = limits.BODY_BYTES

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Before any method: the call is counted, the key has its scope, and no text of the address is empty, holds NUL
        (no row can hold it), or bytes that are no text: what Django puts in their place is something that nobody sent.
        """
        if isinstance(request.auth, ApiKey):  # who has no key is refused in the next line
            self.headers |= call_limits.take(request.auth.client)
        super().initial(request, *args, **kwargs)
        if not _is_utf8(unquote_to_bytes(request.META.get("QUERY_STRING", ""))):
            raise Invalid("What stands after the question mark is not UTF-8.", fields={"query": "is not UTF-8"})
        if any("\0" in str(value) for value in kwargs.values()):
            raise NotFound("There is nothing at this address.")
        for name, values in request.GET.lists():
            for value in values:
                if fault := _fault_of(value):
                    raise Invalid(f"{name}: {fault}.", fields={name: fault})
        if idempotency.HEADER in request.headers and request.method not in ("GET", "HEAD", "OPTIONS"):
            self._do_once(request)

    def _do_once(self, request: Request) -> None:
        """Let the method of this one call (a view lives for one) be done once for its Idempotency-Key."""
        name = str(request.method).lower()
        method = getattr(self, name)
        client_id = cast(ApiKey, request.auth).client_id
        key = request.headers[idempotency.HEADER]
        call = idempotency.call_of(request, client_id, key, max_bytes=self.max_body_bytes)

        def once(asked: Request, *args: Any, **kwargs: Any) -> Any:
            return idempotency.answer_once(call, partial(self._answer, method, asked, *args, **kwargs))

        setattr(self, name, once)

    def _answer(self, method: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What the method answers, or the problem that it was refused with."""
        try:
            return cast(Response, method(request, *args, **kwargs))
        except Exception as refusal:  # what is no refusal is raised on
            return self.handle_exception(refusal)


def _fault_of(value: str) -> str:
    """What is wrong with the value of a parameter after the question mark; empty when nothing is."""
    if not value:
        return "is empty; leave it out, or give it a value"
    return "holds the character U+0000" if "\0" in value else ""


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def client_of(request: Request) -> Actor:
    """The client that calls, speaking for itself."""
    return cast(Actor, request.user)


def person_of(request: Request, username: str) -> Actor:
    """The client that calls, acting for the person `username`. Raises NotAllowed unless the key may act for them."""
    return clients.acting_for(client_of(request), cast(ApiKey, request.auth), username)
