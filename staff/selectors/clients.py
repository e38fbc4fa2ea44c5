"""API clients and keys, read."""

import hashlib
import hmac
from functools import cache

from django.db import connection

from common import clock
from common.errors import NotAllowed, NotSignedIn
from staff import actors
from staff.actors import Actor
from staff.models import ApiClient, ApiKey, User


def hash_secret(secret: str) -> str:
    """SHA-256 of a key's secret. Secrets have 256 random bits, so a slow hash would protect nothing."""
    return hashlib.sha256(secret.encode()).hexdigest()


def authenticate(credentials: str) -> tuple[Actor, ApiKey]:
    """The actor and key of `<prefix>.<secret>`.

    Raises NotSignedIn when the key is unknown, wrong, expired, revoked, or its client disabled; the message never
    tells an unknown prefix from a wrong secret.
    """
    prefix, _, secret = credentials.partition(".")
    key = _find(prefix)
    if key is None or not hmac.compare_digest(key.secret_hash, hash_secret(secret)):
        raise NotSignedIn("This key is not known. Check that it was copied whole.", code="key-unknown")
    if key.revoked_at or key.client.disabled_at:
        raise NotSignedIn("This key was revoked. Ask the operator for a new one.", code="key-revoked")
    if key.expires_at <= clock.now():
        raise NotSignedIn(f"This key expired on {key.expires_at:%Y-%m-%d}. Ask for a new one.", code="key-expired")
    return actors.client(key.client, key.scopes), key


def _find(prefix: str) -> ApiKey | None:
    """The key with its client, by a statement that is built once: each call of the API asks for it, and building a
    query took five times what the database did. No key is remembered, so that a revoked one ends at once."""
    statement, key_names, client_names = _by_prefix()
    with connection.cursor() as cursor:
        cursor.execute(statement, [prefix])
        row = cursor.fetchone()
    if row is None:
        return None
    key = ApiKey.from_db(connection.alias, key_names, row[: len(key_names)])
    key.client = ApiClient.from_db(connection.alias, client_names, row[len(key_names) :])
    return key


@cache
def _by_prefix() -> tuple[str, list[str], list[str]]:
    """The statement, and the names of the key's and of the client's fields in its columns."""
    key_fields, client_fields = ApiKey._meta.concrete_fields, ApiClient._meta.concrete_fields
    columns = [f"k.{field.column}" for field in key_fields] + [f"c.{field.column}" for field in client_fields]
    statement = (
        f"SELECT {', '.join(columns)} FROM staff_apikey k JOIN staff_apiclient c ON c.id = k.client_id "  # noqa: S608  # names of ours
        "WHERE k.prefix = %s"
    )
    return statement, [field.attname for field in key_fields], [field.attname for field in client_fields]


def acting_for(actor: Actor, key: ApiKey, username: str) -> Actor:
    """The client's actor acting for the person `username`. Raises NotAllowed unless the client may act for them."""
    user = User.objects.filter(username=username, is_active=True, clients=key.client_id).first()
    if user is None:
        raise NotAllowed(
            f"This key may not act for {username!r}.",
            code="cannot-act-for",
            fields={"staff": "not one of its people"},
        )
    return actors.acting_for(actor, user, key.scopes)
