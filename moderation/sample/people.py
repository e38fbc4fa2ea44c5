"""The demo's people."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from common.errors import Invalid
from staff.actors import Actor
from staff.choices import CLEARANCES, Role
from staff.models import User
from staff.services import people


class Member(NamedTuple):
    """A person of the demo, by username."""

    role: Role
    pseudonym: str
    languages: list[str]
    clearances: list[str] = []


_ALL: Final = ["en", "ru", "de", "ar", "uk", "bg", "es", "fr", "it", "pt", "no", "sr", "uz", "und"]
MEMBERS: Final = {
    "moderator": Member(Role.MODERATOR, "Reviewer 1", _ALL),
    "moderator2": Member(Role.MODERATOR, "Reviewer 2", _ALL),
    "supervisor": Member(Role.SUPERVISOR, "Supervisor 1", _ALL, CLEARANCES),
    "auditor": Member(Role.AUDITOR, "Auditor 1", ["en"]),
    "administrator": Member(Role.ADMINISTRATOR, "Administrator 1", ["en"]),
}


def make_people(actor: Actor, passwords: Mapping[str, str]) -> int:
    """Each of the demo's people can sign in with their password. Returns how many are new.

    Takes passwords by username. Raises Invalid naming who has none.
    """
    if missing := [username for username in MEMBERS if not passwords.get(username)]:
        raise Invalid(f"passwords: none for {', '.join(missing)}.", fields=dict.fromkeys(missing, "missing"))
    known = User.objects.in_bulk(list(MEMBERS), field_name="username")
    for username, member in MEMBERS.items():
        if username not in known:
            people.create(actor, username=username, password=passwords[username], **member._asdict())
        elif not known[username].check_password(passwords[username]):
            people.set_password(actor, username=username, password=passwords[username])
    return len(MEMBERS) - len(known)
