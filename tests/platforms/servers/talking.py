"""What tests themselves say to a platform: one JSON call."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen


def call(
    method: str, url: str, body: Any = None, *, headers: Mapping[str, str] | None = None, seconds: float = 30
) -> tuple[int, Any]:
    """(status, parsed body). Takes a dict for JSON, or bytes as they are."""
    data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
    said = {"Content-Type": "application/json"} | dict(headers or {})
    request = Request(url, data, said, method=method)  # our own server
    try:
        with urlopen(request, timeout=seconds) as response:
            return response.status, json.loads(response.read() or b"null")
    except HTTPError as error:
        with error:
            return error.code, json.loads(error.read() or b"null")
