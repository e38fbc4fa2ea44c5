"""Problem types: the codes that refusals carry, each with its status, its title, what to do, and an example.

A package declares its own in `errors`; the OpenAPI document and the pages under `/api/docs/` are made from them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from common.examples import REFERENCE

PLACE = "/api/docs/problems/"


class GivenBy(Enum):
    """Which calls can give a problem without naming it."""

    NAMED = "the calls that name it"
    CALLS = "every call"
    SCOPES = "every call that demands a scope"
    PERSONS = "every call made for a person"
    BODIES = "every call with a body"
    WRITES = "every call that writes"
    NO_DOCUMENTED_CALL = "what is no call: another method, another address"


@dataclass(frozen=True)
class ProblemType:
    """One kind of refusal. `detail`, `fields` (path to sentence) and `members` (more members of the problem) are those
    of its example; `headers` are the names of the headers that come with it."""

    code: str
    status: int
    title: str
    remedy: str
    detail: str
    fields: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, object] = field(default_factory=dict)
    given_by: GivenBy = GivenBy.NAMED


class FieldProblem(Struct):
    """What is wrong with one field. `field` is its path in what was sent: account.handle, posts[0].url."""

    field: str
    detail: str


class Problem(Struct):
    """Why a call was refused (RFC 9457). `code` is stable, `type` the address where it is explained, `detail` says what
    to do. `errors` names the fields it is about; some codes carry more members."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldProblem] | UnsetType = UNSET


# A problem inside an answer: typed in the document, and with whatever more members its code carries.
ProblemShown = Annotated[dict[str, Any], Meta(extra_json_schema={"$ref": f"{REFERENCE}Problem"})]

_types: dict[str, ProblemType] = {}


def declare(
    code: str,
    status: int,
    title: str,
    remedy: str,
    *,
    detail: str,
    fields: Mapping[str, str] | None = None,
    members: Mapping[str, object] | None = None,
    given_by: GivenBy = GivenBy.NAMED,
) -> None:
    """`code` stands for this kind of refusal, forever. Raises ValueError when it is declared already."""
    if code in _types:
        raise ValueError(f"{code} is declared twice")
    _types[code] = ProblemType(code, status, title, remedy, detail, fields or {}, members or {}, given_by)


def declared() -> Mapping[str, ProblemType]:
    """Every problem type, by code."""
    return _types


def uri_of(code: str) -> str:
    """The `type` of problems with this code: where the pages say what it means. It stands for the code and stays."""
    return f"{PLACE}#{code}"


def body_of(
    code: str,
    status: int,
    title: str,
    detail: str,
    fields: Mapping[str, str] | None = None,
    members: Mapping[str, object] | None = None,
) -> dict[str, object]:
    """Problem details (RFC 9457). The declared title is taken where there is one: it is the same each time."""
    known = _types.get(code)
    body: dict[str, object] = {
        "type": uri_of(code),
        "title": known.title if known else title,
        "status": status,
        "detail": detail,
        "code": code,
    }
    if fields:
        body["errors"] = [{"field": name, "detail": text} for name, text in fields.items()]
    return body | dict(members or {})


def example_of(kind: ProblemType) -> dict[str, object]:
    """A problem of this kind, as it would be answered."""
    return body_of(kind.code, kind.status, kind.title, kind.detail, kind.fields, kind.members)


declare(
    "invalid",
    422,
    "What was sent does not fit",
    "Correct each field that `errors` names, and send the call again.",
    detail="page_size: give a whole number from 1 to 500.",
    fields={"page_size": "0"},
    given_by=GivenBy.CALLS,
)
declare(
    "not-json",
    422,
    "The body is no JSON",
    "Send UTF-8 JSON (RFC 8259): no NaN, no comments, no trailing comma.",
    detail="This is not valid JSON: JSON is malformed: invalid character (byte 1).",
    given_by=GivenBy.BODIES,
)
declare(
    "cut-short",
    422,
    "The body ended too early",
    "Send it again, whole. Nothing of it was taken.",
    detail="The body ended before its announced length.",
    given_by=GivenBy.BODIES,
)
declare(
    "too-large",
    413,
    "More than one call may carry",
    "Send it in parts.",
    detail="At most 1,000,000 bytes are taken in one call. Send it in parts.",
    given_by=GivenBy.BODIES,
)
declare(
    "not-found",
    404,
    "No such thing, or not for you",
    "Check the id. What others sent is answered as if it were not there.",
    detail="There is no such thing, or you may not see it.",
)
declare(
    "not-allowed",
    403,
    "The permission is missing",
    "Ask a supervisor to do it, or the operator for another role.",
    detail="Pseudonym of moderator may not reverse decisions.",
)
declare(
    "conflict",
    409,
    "It is not so any more",
    "Read the thing again, and decide anew.",
    detail="It has changed since you read it.",
)
declare(
    "not-acceptable",
    406,
    "No such form of answer",
    "Accept application/json.",
    detail="Could not satisfy the request Accept header.",
    given_by=GivenBy.CALLS,
)
declare(
    "method-not-allowed",
    405,
    "The address has no such method",
    "The header `Allow` names those that it has.",
    detail='Method "DELETE" not allowed.',
    given_by=GivenBy.NO_DOCUMENTED_CALL,
)
declare(
    "broken-encoding",
    422,
    "The compressed body is broken",
    "Compress it anew, as one stream.",
    detail="The body is not valid gzip: incorrect header check. Compress it anew.",
    fields={"body": "The body is not valid gzip: incorrect header check. Compress it anew."},
    given_by=GivenBy.BODIES,
)
declare(
    "too-deep",
    422,
    "Arrays and objects stand too deep inside one another",
    "Send it flatter.",
    detail="posts: Nested deeper than 32. Send it flatter.",
    fields={"posts": "Nested deeper than 32"},
    given_by=GivenBy.BODIES,
)
declare(
    "unsupported-encoding",
    415,
    "The body is packed in a way that is not taken",
    "Send gzip, zstd, or the body as it is; the header `Accept-Encoding` names what is taken.",
    detail="Content-Encoding: 'br' is not taken. Send gzip, zstd, or the body as it is.",
    given_by=GivenBy.BODIES,
)
declare(
    "unsupported-media-type",
    415,
    "A body of a kind that is not taken",
    "Send application/json, or what the call names.",
    detail="Content-Type: 'text/xml' is not taken.",
    given_by=GivenBy.BODIES,
)
declare(
    "bad-request",
    400,
    "The request could not be read",
    "Send it to the host's own name, with headers as HTTP has them.",
    detail="The request could not be read.",
    given_by=GivenBy.NO_DOCUMENTED_CALL,
)
declare(
    "server-error",
    500,
    "Something failed on our side",
    "Send it again, with the same reference and Idempotency-Key. Nothing that was accepted is lost.",
    detail="Something failed on our side. Nothing that was accepted is lost.",
    given_by=GivenBy.NO_DOCUMENTED_CALL,
)
declare(
    "unavailable",
    503,
    "A server that we depend on does not answer",
    "Send it again when `Retry-After` has passed, with the same reference and Idempotency-Key.",
    detail="The database does not answer. Send it again in a moment.",
    given_by=GivenBy.NO_DOCUMENTED_CALL,
)
