"""What callers are told when a key won't do: the problem types of sign-in and permission."""

from common.problems import GivenBy, declare

declare(
    "not-signed-in",
    401,
    "No key was sent",
    "Send `Authorization: Bearer <prefix>.<secret>`.",
    detail="Send a key: `Authorization: Bearer <prefix>.<secret>`.",
    given_by=GivenBy.CALLS,
)
declare(
    "key-unknown",
    401,
    "The key is not known",
    "Check that it was copied whole.",
    detail="This key is not known. Check that it was copied whole.",
    given_by=GivenBy.CALLS,
)
declare(
    "key-expired",
    401,
    "The key has expired",
    "Ask the operator for a new one; two may live during a rotation.",
    detail="This key expired on 2026-03-01. Ask for a new one.",
    given_by=GivenBy.CALLS,
)
declare(
    "key-revoked",
    401,
    "The key was revoked",
    "Ask the operator for a new one.",
    detail="This key was revoked. Ask the operator for a new one.",
    given_by=GivenBy.CALLS,
)
declare(
    "scope-missing",
    403,
    "The key lacks a scope",
    "Ask the operator for a key with the scope that the call demands.",
    detail="This key lacks the scope flags:write.",
    given_by=GivenBy.SCOPES,
)
declare(
    "cannot-act-for",
    403,
    "The key may not act for this person",
    "Name one of the people whom the key acts for.",
    detail="This key may not act for 'somebody'.",
    fields={"staff": "not one of its people"},
    given_by=GivenBy.PERSONS,
)
declare(
    "person-needed",
    403,
    "Only a person may do this",
    "Name in `staff` whom the key acts for.",
    detail="Cast client must act for a person here: name one in `staff`.",
    given_by=GivenBy.PERSONS,
)
declare(
    "too-many-calls",
    429,
    "More calls than the client's limit lets through",
    "Wait as long as `Retry-After` says.",
    detail="Too many calls. Send it again in 1 second.",
    given_by=GivenBy.CALLS,
)
declare(
    "idempotency-key-in-flight",
    409,
    "The first call with this key is on its way",
    "Send it again in a second: the first answer comes back.",
    detail="The first call with this Idempotency-Key is still on its way. Send it again in a second.",
    given_by=GivenBy.WRITES,
)
declare(
    "idempotency-key-reused",
    422,
    "The key was used for another call",
    "Take a new key for each call.",
    detail="Idempotency-Key: was used for another method, address or body; take a new key for each call.",
    fields={"Idempotency-Key": "was used for another method, address or body; take a new key for each call"},
    given_by=GivenBy.WRITES,
)
declare(
    "bad-idempotency-key",
    422,
    "The key is none",
    "Send 1 to 255 visible ASCII characters, no spaces.",
    detail="Idempotency-Key: send 1 to 255 visible ASCII characters, no spaces.",
    fields={"Idempotency-Key": "send 1 to 255 visible ASCII characters, no spaces"},
    given_by=GivenBy.WRITES,
)
