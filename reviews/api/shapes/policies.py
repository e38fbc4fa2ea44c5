"""Policies and queues, as the API lists them."""

from typing import Annotated

from msgspec import Meta, Struct

from accounts.choices import ProtectedClass
from common.closed_sets import one_of
from common.paging import Page
from reviews.choices import FollowerBand
from reviews.models import Policy, Queue
from staff.choices import Clearance, Role, SourceKind


class PolicyShown(Struct, frozen=True):
    """A policy that can be claimed and decided under."""

    code: Annotated[str, Meta(examples=["coordinated_inauthentic_behaviour"])]
    title: Annotated[str, Meta(examples=["Coordinated inauthentic behaviour"])]
    severity: Annotated[int, Meta(ge=1, le=4)]
    guidance: Annotated[str, Meta(examples=["Suspend when several accounts act as one."])]
    hours_to_decide: int
    ladder: Annotated[
        list[int], Meta(description="Days of the first, second, … suspension; 0 for good", examples=[[30, 90, 0]])
    ]
    clearance: Annotated[str, one_of(Clearance, "What people need to be shown its cases; empty: nothing")]
    statement_category: Annotated[str, Meta(examples=["STATEMENT_CATEGORY_OTHER_VIOLATION_TC"])]
    version: int

    @classmethod
    def of(cls, row: Policy) -> "PolicyShown":
        """The policy from outside."""
        return cls(**{name: getattr(row, name) for name in cls.__struct_fields__})


class PolicyList(Page[PolicyShown]):
    """Every active policy, in the order of the pages."""


class QueueShown(Struct, frozen=True):
    """A filtered view of open cases. An empty filter lets everything through."""

    slug: Annotated[str, Meta(examples=["english"])]
    title: Annotated[str, Meta(examples=["English"])]
    policies: Annotated[list[str], Meta(examples=[[]])]
    languages: Annotated[list[str], Meta(examples=[["en"]])]
    platforms: Annotated[list[str], Meta(examples=[[]])]
    source_kinds: Annotated[list[Annotated[str, one_of(SourceKind)]], Meta(examples=[[]])]
    severity_from: Annotated[int, Meta(ge=1, le=4)]
    severity_to: Annotated[int, Meta(ge=1, le=4)]
    protected_classes: Annotated[
        list[Annotated[str, one_of(ProtectedClass)]], Meta(examples=[[]], description="An empty text: not protected")
    ]
    follower_bands: Annotated[list[Annotated[str, one_of(FollowerBand)]], Meta(examples=[["from_10k", "from_100k"]])]
    older_than_hours: Annotated[int | None, Meta(description="Such a queue serves the oldest first")]
    team: Annotated[str | None, Meta(examples=[None], description="Whose people work it; null: everybody's")]
    roles: Annotated[
        list[Annotated[str, one_of(Role)]], Meta(examples=[[]], description="Who works it; empty: any role")
    ]

    @classmethod
    def of(cls, row: Queue) -> "QueueShown":
        """Takes a queue with its policies."""
        return cls(
            slug=row.slug,
            title=row.title,
            policies=[policy.code for policy in row.policies.all()],
            languages=row.languages,
            platforms=row.platforms,
            source_kinds=row.source_kinds,
            severity_from=row.severity_from,
            severity_to=row.severity_to,
            protected_classes=row.protected_classes,
            follower_bands=row.follower_bands,
            older_than_hours=row.older_than_hours,
            team=row.team.name if row.team else None,
            roles=row.roles,
        )


class QueueList(Page[QueueShown]):
    """Every queue, in the order of the home page."""
