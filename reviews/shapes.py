"""Flags as they are sent: the same words in the API and in import files. Shape and syntax only."""

from typing import Annotated, Final, Literal

from msgspec import Meta

from accounts.shapes import AccountIn, Country, Moment, PostIn, Sent, Slug
from common.closed_sets import one_of
from reviews.choices import OrderKind

PolicyCode = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=80,
        description="A policy's code; GET /policies lists them",
        examples=["coordinated_inauthentic_behaviour"],
    ),
]
Reference = Annotated[
    str,
    Meta(
        max_length=200,
        description="Your own name for the flag; it makes a repeated call safe",
        examples=["ticket-4711"],
    ),
]
MOST_AUTHORITY: Final = 200
OrderKindName = Annotated[Literal["removal_order_2021_784", "order_dsa_9", "other"], one_of(OrderKind)]


class LegalBasisIn(Sent):
    """The order that a flag carries: its id, who issued it, what it rests on, when it was received, and until when it
    must be answered. A removal order that names no deadline is due one hour after it was received."""

    order_id: Annotated[str, Meta(min_length=1, max_length=200)]
    authority: Annotated[str, Meta(min_length=1, max_length=MOST_AUTHORITY)]
    deadline: Moment | None = None
    kind: OrderKindName = "other"
    member_state: Country | None = None
    received_at: Moment | None = None


class FlagIn(Sent):
    """One claim that an account breaks a policy, with what it rests on."""

    platform: Slug
    account: AccountIn
    policy: PolicyCode
    reason: Annotated[str, Meta(max_length=10_000, examples=["The same text from forty accounts."])] = ""
    flagged_at: Moment | None = None
    reporter: Annotated[str, Meta(max_length=200, description="Opaque to us")] = ""
    legal_basis: LegalBasisIn | None = None
    posts: Annotated[tuple[PostIn, ...], Meta(max_length=100)] = ()
    client_reference: Reference = ""
    source_kind: Annotated[str, Meta(max_length=20, description="Only from a relay, which must state it")] = ""


class FlagLine(FlagIn, kw_only=True):
    """A line of `import flags`: the platform may be left to --platform."""

    platform: Slug = ""
