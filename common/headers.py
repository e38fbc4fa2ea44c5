"""The headers of the API, as its document tells them."""

from collections.abc import Mapping
from typing import Any, Final

IDEMPOTENCY_KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Your own name for this call. Sent again with the same key and body, it is not done again: the "
    "first answer comes back. Kept for 48 hours.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    "examples": {"Example": {"value": "nightly-run-17"}},
}
ANSWERED: Final[Mapping[str, dict[str, Any]]] = {
    "RateLimit": {
        "description": "How many calls are left, and in how many seconds all are back (IETF draft ratelimit-headers)",
        "schema": {"type": "string", "examples": ['"calls";r=1999;t=1']},
    },
    "RateLimit-Policy": {
        "description": "How many calls a client may save up, and within how many seconds that fills",
        "schema": {"type": "string", "examples": ['"calls";q=2000;w=2']},
    },
    "Retry-After": {
        "description": "After how many seconds to try again",
        "schema": {"type": "string", "examples": ["1"]},
    },
    "Idempotency-Replayed": {
        "description": "`true` on an answer that was given before and comes again",
        "schema": {"type": "string", "enum": ["true"]},
    },
    "WWW-Authenticate": {
        "description": "How to sign a call: with a bearer key",
        "schema": {"type": "string", "examples": ["Bearer"]},
    },
    "Allow": {"description": "The methods that there are", "schema": {"type": "string", "examples": ["GET, POST"]}},
}
BY_STATUS: Final = {
    401: ["WWW-Authenticate"],
    405: ["Allow"],
    429: ["Retry-After", "RateLimit", "RateLimit-Policy"],
}
