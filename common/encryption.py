"""What must be readable again, but not from a copy of the database: encrypted with keys derived from the secret key.

Each purpose has a key of its own, so that what was encrypted for one can't be passed off as another's. Who changes
`CASELOAD_SECRET_KEY` makes what was encrypted unreadable; nothing here is the only copy of something of record.
"""

import base64
import hashlib
import hmac
from typing import Final

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_KEY_BYTES: Final = 32


class Unreadable(Exception):
    """Encrypted under another secret key, for another purpose, or tampered with."""


def encrypt(text: str, *, purpose: str) -> str:
    """`text`, readable only with `decrypt` for the same purpose."""
    return _cipher(purpose).encrypt(text.encode()).decode()


def decrypt(token: str, *, purpose: str) -> str:
    """What `encrypt` was given. Raises Unreadable."""
    try:
        return _cipher(purpose).decrypt(token.encode()).decode()
    except InvalidToken:
        raise Unreadable(f"This {purpose} was written under another secret key.") from None


def keyed_digest(*parts: str, purpose: str) -> bytes:
    """32 bytes that follow from `parts`, but from which nobody without the secret key learns or guesses them."""
    framed = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)
    return hmac.new(_key(purpose), framed, hashlib.sha256).digest()


def _cipher(purpose: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_key(purpose)))


def _key(purpose: str) -> bytes:
    """Source: HKDF, RFC 5869, with the purpose as its `info`."""
    derive = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=f"caseload:{purpose}".encode())
    return derive.derive(settings.SECRET_KEY.encode())
