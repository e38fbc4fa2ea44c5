"""Signed messages, as the Standard Webhooks specification says: one secret a pair, an id, a moment, an HMAC over all.

Source: https://www.standardwebhooks.com, version 1.0.0.
"""

import base64
import secrets
from binascii import Error as NotBase64
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from standardwebhooks import Webhook

SECRET_BYTES: Final = 32
PREFIX: Final = "whsec_"


def new_secret() -> str:
    """A new secret, as a receiver's library takes it: `whsec_` and base64 of 256 random bits."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def is_secret(text: str) -> bool:
    """Whether a message can be signed with it: base64 of something, with the prefix or without."""
    try:
        return bool(base64.b64decode(text.removeprefix(PREFIX), validate=True))
    except NotBase64:
        return False


def signed_headers(live: Iterable[str], message_id: str, body: str, at: datetime) -> dict[str, str]:
    """The headers that prove who sent `body`, and when: signed with each secret that is live."""
    keys = [Webhook(secret) for secret in live]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(key.sign(message_id, at, body) for key in keys),
    }
