"""Accounts linked by what they posted, or by how they are made: counted, not judged.

Each count stops at `MOST`: a text that a million accounts share costs no more than one that a thousand do. Accounts
with restricted material are counted for those alone who are cleared for it.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from accounts.models import Account
from accounts.rules import likeness
from reviews.choices import OPEN_CASE, STANDING
from reviews.selectors.lanes import HIDDEN_ACCOUNT, clearances_of
from staff.actors import Actor

MOST = 1000
MOST_TEXTS = 200
MOST_HOSTS = 4

_IS_OPEN = "clearances <@ %(clearances)s::varchar[]"
_LINKED = f"""
    WITH mine AS (
        SELECT DISTINCT fingerprint FROM (
            SELECT fingerprint FROM accounts_post
            WHERE account_id = %(account)s AND fingerprint <> 0
            ORDER BY posted_at DESC NULLS LAST LIMIT %(texts)s
        ) newest
    ), others AS (
        SELECT DISTINCT found.account_id FROM mine CROSS JOIN LATERAL (
            SELECT post.account_id FROM accounts_post post
            WHERE post.fingerprint = mine.fingerprint AND post.fingerprint <> 0 AND post.account_id <> %(account)s
            LIMIT %(most)s
        ) found WHERE NOT {HIDDEN_ACCOUNT} LIMIT %(most)s
    )
    SELECT (
        SELECT json_build_array(
            count(*), count(*) FILTER (WHERE decision.outcome = 'suspend'),
            count(*) FILTER (WHERE decision.outcome = 'keep'), count(*) FILTER (WHERE EXISTS (
                SELECT FROM reviews_case c WHERE c.account_id = others.account_id AND c.state = ANY (%(open)s))))
        FROM others LEFT JOIN LATERAL (
            SELECT outcome FROM reviews_decision d
            WHERE d.account_id = others.account_id AND d.state = ANY (%(standing)s) ORDER BY decided_at DESC LIMIT 1
        ) decision ON true
    ), (
        SELECT coalesce(json_agg(json_build_array(kind, host, accounts, handles)), '[]') FROM (
            SELECT kind, host, count(*) AS accounts, (array_agg(handle ORDER BY handle))[1:3] AS handles FROM (
                (SELECT 1 AS kind, '' AS host, handle FROM accounts_account
                 WHERE handle_key = %(handle_key)s AND handle_key <> 0 AND id <> %(account)s AND {_IS_OPEN}
                 LIMIT %(most)s)
                UNION ALL
                (SELECT 2, '', handle FROM accounts_account
                 WHERE bio_key = %(bio_key)s AND bio_key <> 0 AND id <> %(account)s AND {_IS_OPEN} LIMIT %(most)s)
                UNION ALL
                SELECT 3, own.host, linking.handle FROM (
                    SELECT host FROM accounts_link WHERE account_id = %(account)s ORDER BY host LIMIT %(hosts)s
                ) own CROSS JOIN LATERAL (
                    SELECT a.handle FROM accounts_link l JOIN accounts_account a ON a.id = l.account_id
                    WHERE l.host = own.host AND l.account_id <> %(account)s AND {_IS_OPEN} LIMIT %(most)s
                ) linking
            ) found GROUP BY kind, host ORDER BY kind, count(*) DESC, host
        ) alike
    )
"""  # noqa: S608  # names of ours alone
KINDS = {1: "handle", 2: "bio", 3: "link"}


@dataclass(frozen=True, slots=True)
class SharedText:
    """Other accounts that posted nearly a text of this one: how many, and how many of them are suspended by a
    decision that stands, kept by one, and have an open case. `accounts` stops at MOST."""

    accounts: int
    suspended: int
    kept: int
    open: int

    @property
    def is_more(self) -> bool:
        """Whether there may be more than were counted."""
        return self.accounts >= MOST


@dataclass(frozen=True, slots=True)
class Alike:
    """Other accounts that share one thing with this one. `kind` is handle, bio or link, `what` the handle's pattern, or
    the host, or nothing; `handles` name up to three of them. `accounts` stops at MOST."""

    kind: str
    what: str
    accounts: int
    handles: list[str]

    @property
    def is_more(self) -> bool:
        """Whether there may be more than were counted."""
        return self.accounts >= MOST


@dataclass(frozen=True, slots=True)
class Linked:
    """All links of one account that are known."""

    text: SharedText
    alike: list[Alike]


def linked_to(actor: Actor, account: Account) -> Linked:
    """The accounts that share a text, a handle's pattern, a bio or a link with this one, but for those whose material
    the actor isn't cleared for."""
    said: dict[str, Any] = {"account": account.pk, "most": MOST, "texts": MOST_TEXTS, "hosts": MOST_HOSTS}
    said["clearances"] = list(clearances_of(actor))
    keys = {"handle_key": account.handle_key, "bio_key": account.bio_key}
    with connection.cursor() as cursor:
        cursor.execute(_LINKED, said | keys | {"open": list(OPEN_CASE), "standing": list(STANDING)})
        text, rows = cursor.fetchone()
    pattern = likeness.handle_pattern(account.handle)
    return Linked(
        SharedText(*text),
        [
            Alike(KINDS[kind], pattern if KINDS[kind] == "handle" else host, accounts, handles)
            for kind, host, accounts, handles in rows
        ],
    )
