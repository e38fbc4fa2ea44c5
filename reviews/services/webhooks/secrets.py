"""Signing secrets: made, kept encrypted, and used to sign, as the Standard Webhooks specification says."""

import base64
import secrets
from datetime import datetime
from typing import Final

from standardwebhooks import Webhook

from common.encryption import decrypt, encrypt
from reviews.models import WebhookEndpoint

SECRET_BYTES: Final = 32
_PURPOSE: Final = "webhook secret"


def new_secret() -> str:
    """A new secret, as a receiver's library takes it: `whsec_` and base64 of 256 random bits."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


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
    keys = [Webhook(decrypt(token, purpose=_PURPOSE)) for token in live]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(key.sign(message_id, at, body) for key in keys),
    }
