"""Evidence: an account's posts, the flagged ones first, and those that are nearly the same folded into one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from accounts.models import Account, Post
from reviews.models import Flag
from reviews.selectors.lanes import HIDDEN_ACCOUNT, clearances_of
from reviews.selectors.restrictions import hides_media
from staff.actors import Actor

MOST_POSTS = 50
MOST_READ = 200  # of which nearly equal ones are folded
MOST_ACCOUNTS = 1000

_OTHER_ACCOUNTS = f"""
    SELECT given.fingerprint, count(DISTINCT found.account_id)
    FROM unnest(%(fingerprints)s::bigint[]) AS given (fingerprint) CROSS JOIN LATERAL (
        SELECT account_id FROM accounts_post
        WHERE fingerprint = given.fingerprint AND fingerprint <> 0 AND account_id <> %(account)s LIMIT %(most)s
    ) found WHERE NOT {HIDDEN_ACCOUNT} GROUP BY given.fingerprint
"""  # noqa: S608  # names of ours alone


@dataclass(frozen=True, slots=True)
class PostView:
    """A post as evidence: how many other accounts posted nearly the same text (it stops at MOST_ACCOUNTS), whether a
    flag rests on it, and the account's own posts that are nearly the same, the newest first."""

    post: Post
    same_text_accounts: int
    is_flagged: bool
    folded: list[Post]

    @property
    def ids(self) -> list[str]:
        """The external ids of the post and of those folded into it."""
        return [self.post.external_id, *(post.external_id for post in self.folded)]

    @property
    def times(self) -> int:
        """How often the account posted it, as far as it was read."""
        return 1 + len(self.folded)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The posts to show, and how many there are in all; whether of their media only type and hash are shown."""

    posts: list[PostView]
    count: int
    hides_media: bool = False


def evidence_of(actor: Actor, account: Account, flags: Sequence[Flag], *, words: str = "") -> Evidence:
    """Flagged posts first, then the newest; of those with every word of `words` when it is given.

    A flagged post folds into no other one, so that each flag's evidence stands by itself.
    """
    flagged = {external_id for flag in flags for external_id in flag.evidence}
    captured = _with_words(Post.objects.filter(account=account), words)
    rows = _read(captured, flagged)
    shown = _folded(rows, flagged)[:MOST_POSTS]
    others = _other_accounts(actor, account, [row.fingerprint for row, _ in shown])
    views = [PostView(row, others.get(row.fingerprint, 0), row.external_id in flagged, folded) for row, folded in shown]
    count = len(rows) if len(rows) < MOST_READ else captured.count()
    return Evidence(views, count, hides_media(account))


def _with_words(posts: QuerySet[Post], words: str) -> QuerySet[Post]:
    wanted = Q()
    for word in words.split():
        wanted &= Q(text__icontains=word)
    return posts.filter(wanted)


def _read(captured: QuerySet[Post], flagged: set[str]) -> list[Post]:
    """The posts to show from: each half by its index, in one query."""
    newest = captured.order_by("-posted_at", "-id")
    rest = newest.exclude(external_id__in=flagged)[:MOST_READ]
    found = newest.filter(external_id__in=flagged)[:MOST_POSTS].union(rest, all=True) if flagged else rest
    rows = sorted(found, key=lambda row: (row.posted_at is None, row.posted_at, row.pk), reverse=True)
    return sorted(rows, key=lambda row: row.external_id not in flagged)[:MOST_READ]


def _folded(rows: Sequence[Post], flagged: set[str]) -> list[tuple[Post, list[Post]]]:
    """Each post that stands by itself, with those folded into it, in the order of `rows`."""
    shown: list[tuple[Post, list[Post]]] = []
    by_fingerprint: dict[int, list[Post]] = {}
    for row in rows:
        if row.external_id not in flagged and row.fingerprint in by_fingerprint:
            by_fingerprint[row.fingerprint].append(row)
            continue
        folded: list[Post] = []
        shown.append((row, folded))
        if row.fingerprint:
            by_fingerprint.setdefault(row.fingerprint, folded)
    return shown


def _other_accounts(actor: Actor, account: Account, fingerprints: Sequence[int]) -> dict[int, int]:
    """By fingerprint, how many other accounts posted it, but for those that the actor isn't cleared for."""
    wanted = sorted({one for one in fingerprints if one})
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        said: dict[str, Any] = {"fingerprints": wanted, "account": account.pk, "most": MOST_ACCOUNTS}
        cursor.execute(_OTHER_ACCOUNTS, said | {"clearances": list(clearances_of(actor))})
        return dict(cursor.fetchall())
