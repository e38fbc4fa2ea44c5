"""Many records in one call: each is read, checked and answered by itself, and a bad one never sinks the rest."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from rest_framework.request import Request

from common.bodies import decode, split_records
from common.errors import DomainError

Sent = TypeVar("Sent")
Facts = TypeVar("Facts")
Answer = TypeVar("Answer")


def read_each(
    request: Request, shape: type[Sent], taken: Callable[[Sent], Facts], *, max_bytes: int
) -> list[Facts | DomainError]:
    """Every record of the body (NDJSON or a JSON array) as the services take it, or why it isn't taken, in order.

    Raises what `split_records` does.
    """

    def read(record: bytes) -> Facts | DomainError:
        try:
            return taken(decode(record, shape))
        except DomainError as refusal:  # the one door that answers many at once: each refusal is an answer
            return refusal

    return [read(bytes(record)) for record in split_records(request, max_bytes=max_bytes)]


def answer_each(
    read: Sequence[Facts | DomainError], store: Callable[[list[Facts]], Sequence[Answer | DomainError]]
) -> list[Answer | DomainError]:
    """The answer to every record in order: of `store` for the good ones, the refusal itself for the others."""
    stored = iter(store([record for record in read if not isinstance(record, DomainError)]))
    return [record if isinstance(record, DomainError) else next(stored) for record in read]
