"""Signing secrets: kept encrypted, and used to sign."""

from datetime import datetime
from typing import Final

from common import signing
from common.encryption import decrypt, encrypt
from reviews.models import WebhookEndpoint

_PURPOSE: Final = "webhook secret"


def sealed(secret: str) -> str:
    """The secret as it is stored."""
    return encrypt(secret, purpose=_PURPOSE)


def signed_headers(endpoint: WebhookEndpoint, message_id: str, body: str, at: datetime) -> dict[str, str]:
    """The headers that prove who sent `body`, and when: signed with each secret that is live at `at`.

    Raises Unreadable when a secret was stored under another secret key of the product: nothing is sent unsigned.
    """
    live = [endpoint.secret]
    if endpoint.old_secret and endpoint.old_secret_expires_at and endpoint.old_secret_expires_at > at:
        live.append(endpoint.old_secret)
    return signing.signed_headers([decrypt(token, purpose=_PURPOSE) for token in live], message_id, body, at)
