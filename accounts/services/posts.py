"""Posts are captured as evidence: once, never edited."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg.types.json import Jsonb

from accounts.rules import likeness
from accounts.services import links
from common.ids import new_id
from common.texts import composed

_INSERT = """
    INSERT INTO accounts_post (id, account_id, external_id, text, language, kind, posted_at, url, media,
                               content_hash, fingerprint, captured_at)
    SELECT given.*, %s
    FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::text[],
                %s::jsonb[], %s::text[], %s::bigint[]) AS given
    ON CONFLICT (account_id, external_id) DO NOTHING
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostFacts:
    """A post as somebody sent it. `media` are objects with `url`, `type` and `hash`, as far as known."""

    account_id: UUID
    external_id: str
    text: str
    language: str = ""
    kind: str = ""
    posted_at: datetime | None = None
    url: str = ""
    media: Sequence[Mapping[str, Any]] = field(default_factory=tuple)


def content_hash(text: str) -> str:
    """The SHA-256 of the text in composed form (NFC), hexadecimal: the same words, however they were typed."""
    return hashlib.sha256(composed(text).encode()).hexdigest()


def capture(posts: Sequence[PostFacts], *, at: datetime) -> int:
    """Every post of `posts` stands as evidence, captured at `at`. Returns how many are new.

    Texts stand in composed form (NFC), else as sent. One that was captured before (same account, same external id)
    stays as it was captured. Inserted in key order, so that two callers never deadlock.
    """
    unique = {(post.account_id, post.external_id): post for post in reversed(posts)}
    rows = [_row(unique[key]) for key in sorted(unique)]
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [at, *(list(column) for column in zip(*rows, strict=True))])
        captured = int(cursor.rowcount)
    links.note((post.account_id, host) for post in posts for host in likeness.hosts_in(post.text))
    return captured


def _row(post: PostFacts) -> tuple[Any, ...]:
    text = composed(post.text)
    return (
        new_id(),
        post.account_id,
        post.external_id,
        text,
        post.language,
        post.kind,
        post.posted_at,
        post.url,
        Jsonb([dict(medium) for medium in post.media]),
        content_hash(text),
        likeness.text_key(text),
    )
