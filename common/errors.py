"""Domain errors: what a service raises when it refuses. `common.http` turns each kind into an answer, once."""

from collections.abc import Mapping
from typing import ClassVar


class DomainError(Exception):
    """A refusal with a stable code, a sentence that says what to do, and the fields it is about.

    `fields` maps a dotted field path to a sentence; `details` are typed facts for the caller (for example who holds
    the case, until when); `headers` go out with the API's answer.
    """

    status: ClassVar[int] = 400
    code: str = "invalid"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        fields: Mapping[str, str] | None = None,
        details: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.fields = dict(fields or {})
        self.details = dict(details or {})
        self.headers = dict(headers or {})


class Invalid(DomainError):
    """The input cannot be accepted as it stands (422)."""

    status = 422
    code = "invalid"


class NotSignedIn(DomainError):
    """Nobody, or a key that is unknown, expired or revoked (401)."""

    status = 401
    code = "not-signed-in"


class NotAllowed(DomainError):
    """The actor lacks the permission (403)."""

    status = 403
    code = "not-allowed"


class NotFound(DomainError):
    """No such thing, or not for this actor (404)."""

    status = 404
    code = "not-found"


class Conflict(DomainError):
    """True a moment ago, or held by somebody else (409)."""

    status = 409
    code = "conflict"


class TooLarge(DomainError):
    """More than one call may carry (413)."""

    status = 413
    code = "too-large"


class UnsupportedMedia(DomainError):
    """A body of a kind, or packed in a way, that we don't take (415)."""

    status = 415
    code = "unsupported-media-type"


class TooManyCalls(DomainError):
    """More calls than the client's limit lets through (429)."""

    status = 429
    code = "too-many-calls"


class Unavailable(DomainError):
    """A server we depend on does not answer (503)."""

    status = 503
    code = "unavailable"
