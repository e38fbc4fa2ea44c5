"""Accounts are written: one set-based path for the API, the importers and every flag."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from msgspec import Struct
from msgspec.structs import replace
from psycopg.types.json import Jsonb

from accounts.models import Platform
from accounts.rules import likeness
from accounts.services import links
from common import clock
from common.ids import new_id
from common.texts import composed


class AccountFacts(Struct, frozen=True, kw_only=True):
    """What somebody says of an account. None means "not said" and leaves what is stored; `platform` is a slug.

    `attributes` are added to the stored ones, key by key.
    """

    platform: str
    external_id: str
    handle: str
    display_name: str | None = None
    bio: str | None = None
    url: str | None = None
    language: str | None = None
    country: str | None = None
    followers: int | None = None
    following: int | None = None
    posts: int | None = None
    created_on: date | None = None
    protected_class: str | None = None
    platform_state: str | None = None
    platform_state_by: date | None = None
    first_seen_at: datetime | None = None
    last_seen_at: datetime | None = None
    attributes: Mapping[str, Any] | None = None


_TYPES: Final = {
    "handle": "text",
    "display_name": "text",
    "bio": "text",
    "url": "text",
    "language": "text",
    "country": "text",
    "followers": "bigint",
    "following": "bigint",
    "posts": "bigint",
    "created_on": "date",
    "protected_class": "text",
    "platform_state": "text",
    "platform_state_by": "date",
    "first_seen_at": "timestamptz",
    "last_seen_at": "timestamptz",
    "attributes": "jsonb",
}
_KEYS: Final = {"handle_key": "bigint", "bio_key": "bigint"}  # follow from what was said
_EMPTY: Final = {
    name: "'{}'" if kind == "jsonb" else "''" for name, kind in _TYPES.items() if kind in {"text", "jsonb"}
} | dict.fromkeys(_KEYS, str(likeness.NONE))
_LOCK: Final = """
    SELECT stored.id, stored.platform_id, stored.external_id, stored.language, stored.followers, stored.following,
           stored.posts, stored.protected_class, stored.clearances
    FROM unnest(%s::uuid[], %s::text[]) WITH ORDINALITY AS given (platform_id, external_id, position)
    JOIN accounts_account AS stored USING (platform_id, external_id)
    ORDER BY given.position
    FOR NO KEY UPDATE OF stored
"""

Key = tuple[UUID, str]


class StoredAccount(NamedTuple):
    """An account as it stands after an upsert: its key, what others copy of it, and whether this call made it: then
    nothing else can know it yet. `platform` is a slug."""

    id: UUID
    platform_id: UUID
    platform: str
    external_id: str
    language: str
    followers: int | None
    following: int | None
    posts: int | None
    protected_class: str
    clearances: Sequence[str]
    is_new: bool


def upsert(facts: Sequence[AccountFacts], *, platforms: Mapping[str, Platform]) -> list[UUID]:
    """`upsert_and_read`, for callers that need the accounts' ids alone."""
    return [account.id for account in upsert_and_read(facts, platforms=platforms)]


@transaction.atomic(savepoint=False)
def upsert_and_read(facts: Sequence[AccountFacts], *, platforms: Mapping[str, Platform]) -> list[StoredAccount]:
    """Every account of `facts` exists and holds what was said of it; its row is locked until the transaction ends.

    Takes facts in any order, up to some 10,000, and the platforms by slug (`selectors.accounts.platforms_by_slug`).
    The same account twice in one call is merged: what was said last wins, and "not said" never wins.
    Returns the accounts in the order of `facts`. Records nothing: callers know what they are about.

    Two callers never deadlock: 1. insert what is missing, in key order (waits only for other inserts); 2. lock what
    was there before, in key order; 3. update the locked rows that differ. A row that already says so isn't rewritten.
    """
    platform_ids = {slug: platform.pk for slug, platform in platforms.items()}
    keys = [(platform_ids[said.platform], said.external_id) for said in facts]
    merged: dict[Key, AccountFacts] = {}
    for key, said in zip(keys, facts, strict=True):
        merged[key] = _with(merged[key], said) if key in merged else said
    rows = {key: merged[key] for key in sorted(merged)}
    if not rows:
        return []
    ids = {key: new_id() for key in rows}
    if _insert(rows, ids) == len(rows):
        stored = {key: _made(ids[key], key, said) for key, said in rows.items()}
    else:
        stored = _lock(rows, ids)
        _update({key: said for key, said in rows.items() if not stored[key].is_new})
    links.note((stored[key].id, host) for key, said in rows.items() if said.bio for host in likeness.hosts_in(said.bio))
    return [stored[key] for key in keys]


def _with(before: AccountFacts, said: AccountFacts) -> AccountFacts:
    news = {name: value for name in said.__struct_fields__ if (value := getattr(said, name)) is not None}
    if before.attributes and said.attributes:
        news["attributes"] = {**before.attributes, **said.attributes}
    return replace(before, **news)


def _insert(rows: Mapping[Key, AccountFacts], ids: Mapping[Key, UUID]) -> int:
    """Returns how many of `rows` were missing, and stand now under the id of `ids`."""
    said = _said(rows)
    with connection.cursor() as cursor:
        cursor.execute(_insert_sql(tuple(said)), [clock.now(), list(ids.values()), *_keys(rows), *said.values()])
        return int(cursor.rowcount)


def _made(pk: UUID, key: Key, said: AccountFacts) -> StoredAccount:
    language = composed(said.language or "")
    return StoredAccount(
        id=pk,
        platform_id=key[0],
        platform=said.platform,
        external_id=key[1],
        language=language,
        followers=said.followers,
        following=said.following,
        posts=said.posts,
        protected_class=said.protected_class or "",
        clearances=(),
        is_new=True,
    )


def _lock(rows: Mapping[Key, AccountFacts], ids: Mapping[Key, UUID]) -> dict[Key, StoredAccount]:
    """The accounts as they will stand once they hold what was said."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, _keys(rows))
        return {(row[1], row[2]): _merged(row, rows[row[1], row[2]], ids[row[1], row[2]]) for row in cursor.fetchall()}


def _merged(row: tuple[Any, ...], said: AccountFacts, given_id: UUID) -> StoredAccount:
    pk, platform_id, external_id, language, followers, following, posts, protected_class, clearances = row
    return StoredAccount(
        id=pk,
        platform_id=platform_id,
        platform=said.platform,
        external_id=external_id,
        language=language if said.language is None else composed(said.language),
        followers=followers if said.followers is None else said.followers,
        following=following if said.following is None else said.following,
        posts=posts if said.posts is None else said.posts,
        protected_class=protected_class if said.protected_class is None else said.protected_class,
        clearances=clearances,
        is_new=pk == given_id,
    )


def _update(rows: Mapping[Key, AccountFacts]) -> None:
    if not rows:
        return
    said = _said(rows)
    with connection.cursor() as cursor:
        cursor.execute(_update_sql(tuple(said)), [clock.now(), *_keys(rows), *said.values()])


def _keys(rows: Mapping[Key, AccountFacts]) -> list[Any]:
    return [[platform_id for platform_id, _ in rows], [external_id for _, external_id in rows]]


def _said(rows: Mapping[Key, AccountFacts]) -> dict[str, list[Any]]:
    """The columns that anybody said something about: what nobody speaks of isn't sent."""
    columns = {name: [getattr(said, name) for said in rows.values()] for name in _TYPES}
    said = {name: values for name, values in columns.items() if any(value is not None for value in values)}
    for name in said.keys() & _EMPTY.keys() - {"attributes"}:  # before the keys are there: these are texts
        said[name] = [value and composed(value) for value in said[name]]
    if "attributes" in said:
        said["attributes"] = [None if value is None else Jsonb(dict(value)) for value in said["attributes"]]
    said["handle_key"] = [likeness.handle_key(value) for value in said["handle"]]
    if "bio" in said:
        said["bio_key"] = [None if value is None else likeness.text_key(value) for value in said["bio"]]
    return said


# The statements hold names of ours alone (from _TYPES and _KEYS); every value is a parameter.
@cache
def _insert_sql(said: tuple[str, ...]) -> str:
    given = ", ".join(f"coalesce(given.{name}, {_EMPTY[name]})" if name in _EMPTY else f"given.{name}" for name in said)
    unsaid = {name: empty for name, empty in _EMPTY.items() if name not in said}
    return f"""
        INSERT INTO accounts_account (id, platform_id, external_id, updated_at, {", ".join((*said, *unsaid))})
        SELECT given.id, given.platform_id, given.external_id, %s, {", ".join((given, *unsaid.values()))}
        FROM unnest(%s::uuid[], %s::uuid[], %s::text[], {_arrays(said)})
             AS given (id, platform_id, external_id, {", ".join(said)})
        ON CONFLICT (platform_id, external_id) DO NOTHING
    """  # noqa: S608


@cache
def _update_sql(said: tuple[str, ...]) -> str:
    wanted = [
        "stored.attributes || coalesce(given.attributes, '{}')"
        if name == "attributes"
        else f"coalesce(given.{name}, stored.{name})"
        for name in said
    ]
    return f"""
        UPDATE accounts_account AS stored
        SET updated_at = %s, {", ".join(f"{name} = {value}" for name, value in zip(said, wanted, strict=True))}
        FROM unnest(%s::uuid[], %s::text[], {_arrays(said)}) AS given (platform_id, external_id, {", ".join(said)})
        WHERE stored.platform_id = given.platform_id AND stored.external_id = given.external_id
          AND ROW({", ".join(f"stored.{name}" for name in said)}) IS DISTINCT FROM ROW({", ".join(wanted)})
    """  # noqa: S608


def _arrays(said: tuple[str, ...]) -> str:
    return ", ".join(f"%s::{(_TYPES | _KEYS)[name]}[]" for name in said)
