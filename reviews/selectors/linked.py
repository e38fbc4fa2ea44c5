"""Accounts linked by what they posted: counted, not judged."""

from dataclasses import dataclass
from uuid import UUID

from accounts.models import Post
from reviews.choices import OPEN_CASE, STANDING, Outcome
from reviews.models import Case, Decision


@dataclass(frozen=True, slots=True)
class SharedText:
    """Other accounts that posted exactly a text of this one: how many, and how many of them are suspended by a
    decision that stands, kept by one, and have an open case."""

    accounts: int
    suspended: int
    kept: int
    open: int


def shared_text(account_id: UUID) -> SharedText:
    """The other accounts of which a captured post has the same content hash as one of this account's."""
    hashes = Post.objects.filter(account=account_id).values("content_hash")
    rows = Post.objects.filter(content_hash__in=hashes).exclude(account=account_id).order_by()
    others = set(rows.values_list("account_id", flat=True).distinct())
    if not others:
        return SharedText(0, 0, 0, 0)
    standing = Decision.objects.filter(account__in=others, state__in=STANDING).order_by("decided_at")
    outcomes = list(dict(standing.values_list("account_id", "outcome")).values())
    return SharedText(
        accounts=len(others),
        suspended=outcomes.count(Outcome.SUSPEND),
        kept=outcomes.count(Outcome.KEEP),
        open=Case.objects.filter(account__in=others, state__in=OPEN_CASE).count(),
    )
