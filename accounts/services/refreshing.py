"""What a platform said of an account when it was asked: the account holds it, and a snapshot of its counts stands."""

from collections.abc import Mapping
from datetime import datetime

from accounts.choices import PlatformState, SnapshotCause
from accounts.models import Account
from accounts.rules import likeness
from accounts.services import links, snapshots
from common.texts import composed

_TEXTS, _COUNTS = ("handle", "display_name", "bio"), ("followers", "following", "posts")


def note(account: Account, said: Mapping[str, object], *, state: PlatformState, at: datetime) -> None:
    """The account (locked) holds what was said, by field; "not said" (left out, or None) leaves what is stored. `state`
    is what the platform itself has done; unknown leaves it, too.

    Records nothing: callers know what it is about.
    """
    news = {name: value for name in (*_TEXTS, *_COUNTS) if (value := said.get(name)) is not None}
    for name, value in news.items():
        setattr(account, name, composed(str(value)) if name in _TEXTS else value)
    account.handle_key, account.bio_key = likeness.handle_key(account.handle), likeness.text_key(account.bio)
    if state:
        account.platform_state, account.platform_state_by = state, at.date()
    account.updated_at = at
    account.save()
    if "bio" in news:
        links.note((account.pk, host) for host in likeness.hosts_in(account.bio))
    if state != PlatformState.GONE:
        counts = (account.pk, account.followers, account.following, account.posts)
        snapshots.take([counts], at=at, cause=SnapshotCause.REFRESH)
