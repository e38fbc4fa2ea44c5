"""API clients and keys, read."""

import hashlib
import hmac

from common import clock
from common.errors import NotAllowed, NotSignedIn
from staff import actors
from staff.actors import Actor
from staff.models import ApiKey, User


def hash_secret(secret: str) -> str:
    """SHA-256 of a key's secret. Secrets have 256 random bits, so a slow hash would protect nothing."""
    return hashlib.sha256(secret.encode()).hexdigest()


def authenticate(credentials: str) -> tuple[Actor, ApiKey]:
    """The actor and key of `<prefix>.<secret>`.

    Raises NotSignedIn when the key is unknown, wrong, expired, revoked, or its client disabled; the message never
    tells an unknown prefix from a wrong secret.
    """
    prefix, _, secret = credentials.partition(".")
    key = ApiKey.objects.select_related("client").filter(prefix=prefix).first()
    if key is None or not hmac.compare_digest(key.secret_hash, hash_secret(secret)):
        raise NotSignedIn("This key is not known. Check that it was copied whole.", code="key-unknown")
    if key.revoked_at or key.client.disabled_at:
        raise NotSignedIn("This key was revoked. Ask the operator for a new one.", code="key-revoked")
    if key.expires_at <= clock.now():
        raise NotSignedIn(f"This key expired on {key.expires_at:%Y-%m-%d}. Ask for a new one.", code="key-expired")
    return actors.client(key.client, key.scopes), key


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
