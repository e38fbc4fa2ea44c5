"""`Idempotency-Key`: a call that carries one is done once, however often it is sent.

The whole call runs in one transaction, which keeps its answer: after a crash both are there, or neither.
"""

import hashlib
import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.http import HttpResponse
from rest_framework.request import Request

from common import limits
from common.bodies import read_bytes
from common.errors import Invalid
from common.http import PROBLEM_TYPE
from staff.services import answers
from staff.services.answers import Answer, Repeatable

HEADER = "Idempotency-Key"
_KEY = re.compile(rf"[\x21-\x7e]{{1,{limits.IDEMPOTENCY_KEY_CHARACTERS}}}")
_NOT_KEPT = {401, 403, 429}  # a key, a permission or a moment later the same call is answered otherwise


def call_of(request: Request, client_id: UUID, key: str, *, max_bytes: int) -> Repeatable:
    """The call as it would be recognised again. Raises Invalid for a key that is none, and what reading a body does."""
    if not _KEY.fullmatch(key):
        text = f"send 1 to {limits.IDEMPOTENCY_KEY_CHARACTERS} visible ASCII characters, no spaces"
        raise Invalid(f"{HEADER}: {text}.", code="bad-idempotency-key", fields={HEADER: text})
    said = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    said.update(read_bytes(request, max_bytes=max_bytes))
    return Repeatable(client_id, answers.id_of(client_id, key), said.digest())


def answer_once(call: Repeatable, answer: Callable[[], Any]) -> HttpResponse:
    """The first answer to `call`: what `answer` gives (a Response, refusals included), or gave before."""
    with transaction.atomic():
        if before := answers.recall(call):
            return _response(before, is_replayed=True)
        given = answer()
        first = Answer(given.status_code, b"" if given.data is None else msgspec.json.encode(given.data))
        if first.status >= 500:
            transaction.set_rollback(True)
        elif first.status not in _NOT_KEPT:
            answers.keep(call, first)
    response = _response(first, is_replayed=False)
    for name, value in given.headers.items():
        response.headers.setdefault(name, value)
    return response


def _response(answer: Answer, *, is_replayed: bool) -> HttpResponse:
    media_type = PROBLEM_TYPE if answer.status >= 400 else "application/json"
    response = HttpResponse(answer.body, status=answer.status, content_type=media_type)
    if is_replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return response
