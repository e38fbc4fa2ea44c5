"""The passwords and keys of this installation: made once, kept in files that only their owner can read."""

import secrets

from moderation.launcher.layout import Layout, read_json, write_private

SECRETS = ("secret_key", "postgres", "redis")
DEMO_USERS = ("moderator", "moderator2", "supervisor", "auditor", "administrator")
ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"  # nothing that reads like something else


def server_secrets(layout: Layout) -> dict[str, str]:
    """The signing key and the servers' passwords, each made when it is missing."""
    kept = {name: str(value) for name, value in read_json(layout.secrets).items()}
    made = {name: secrets.token_urlsafe(48) for name in SECRETS if name not in kept}
    if made:
        write_private(layout.secrets, kept | made)
    return kept | made


def demo_passwords(layout: Layout) -> dict[str, str]:
    """One password for each of the demo's people: username to password, in the order they are shown."""
    kept = {name: str(value) for name, value in read_json(layout.passwords).items()}
    passwords = {name: kept.get(name) or readable_password() for name in DEMO_USERS}
    if passwords != kept:
        write_private(layout.passwords, passwords)
    return passwords


def readable_password() -> str:
    """Sixteen characters (79 bits) in groups of four, easy to type from a screen."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))
