"""People come, change roles, sign in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

import audit.services as audit
from audit.services import ActorLike
from common.errors import Invalid, NotFound
from staff import audit_actions
from staff.actors import Actor
from staff.choices import Role
from staff.models import Team, User
from staff.permissions import Permission


@transaction.atomic
def create(
    actor: Actor,
    *,
    username: str,
    password: str,
    role: Role,
    pseudonym: str,
    languages: list[str],
    team: str = "",
    clearances: Sequence[str] = (),
) -> User:
    """A person exists who can sign in. Takes BCP 47 languages that the person reads, and clearances.

    Returns the person. Raises NotAllowed; Invalid when the username or the pseudonym is taken. Audit: person.created.
    """
    actor.require(Permission.MANAGE_STAFF)
    for field, value in (("username", username), ("pseudonym", pseudonym)):
        if User.objects.filter(**{field: value}).exists():
            raise Invalid(
                gettext("%(field)s: somebody is called %(value)s already.") % {"field": field, "value": repr(value)},
                fields={field: gettext("taken")},
            )
    user = User(username=username, role=role, pseudonym=pseudonym, languages=languages, clearances=list(clearances))
    if team:
        user.team, _ = Team.objects.get_or_create(name=team)
    user.set_password(password)
    user.save()
    audit.record(actor, audit_actions.PERSON_CREATED, [user.actor_key], role=role, clearances=user.clearances)
    return user


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSaid:
    """What an administrator says of a person; `team` by name ("": none), made when it is new."""

    role: str
    languages: list[str]
    team: str
    clearances: list[str]
    is_active: bool


@transaction.atomic
def change(actor: Actor, *, person_id: UUID, said: PersonSaid) -> User:
    """The person is as said. Somebody who may sign in no more keeps what they hold until it runs out.

    Raises NotAllowed, NotFound, Invalid when administrators change their own role or access.
    Audit: person.changed with before and after, unless nothing changes.
    """
    actor.require(Permission.MANAGE_STAFF)
    person = User.objects.select_for_update(of=("self",)).select_related("team").filter(pk=person_id).first()
    if person is None:
        raise NotFound(gettext("Nobody here has this id."))
    before = told(person)
    if actor.user and actor.user.pk == person.pk and (said.role, said.is_active) != (person.role, person.is_active):
        text = gettext("Another administrator changes your role or access.")
        raise Invalid(f"role: {text}", fields={"role": text})
    person.role, person.languages, person.is_active = said.role, said.languages, said.is_active
    person.clearances = sorted(said.clearances)
    person.team = Team.objects.get_or_create(name=said.team)[0] if said.team else None
    if (after := told(person)) != before:
        person.save(update_fields=["role", "languages", "is_active", "clearances", "team"])
        audit.record(actor, audit_actions.PERSON_CHANGED, [person.actor_key], before=before, after=after)
    return person


def told(person: User) -> dict[str, Any]:
    """What can be changed of a person, as the log tells it, and as `PersonSaid` takes it."""
    return {
        "role": person.role,
        "languages": person.languages,
        "team": person.team.name if person.team else "",
        "clearances": person.clearances,
        "is_active": person.is_active,
    }


@transaction.atomic
def change_role(actor: Actor, *, username: str, role: Role) -> User:
    """The person `username` has `role`. Raises NotAllowed. Audit: person.role_changed."""
    actor.require(Permission.MANAGE_STAFF)
    user = User.objects.select_for_update().get(username=username)
    before, user.role = user.role, role
    user.save(update_fields=["role"])
    audit.record(actor, audit_actions.ROLE_CHANGED, [user.actor_key], before=before, after=role)
    return user


@transaction.atomic
def choose_language(actor: Actor, *, language: str) -> User:
    """The pages speak `language` to the person who acts; "": what their browser asks for.

    Raises NotAllowed for who is no person, Invalid for a language that the pages don't speak.
    Audit: person.language_chosen with before and after, unless nothing changes.
    """
    if language and language not in dict(settings.LANGUAGES):
        raise Invalid(
            gettext("language: the pages don’t speak it."), fields={"language": gettext("choose one that is listed.")}
        )
    person = User.objects.select_for_update().get(pk=actor.person().pk)
    before, person.page_language = person.page_language, language
    if before != language:
        person.save(update_fields=["page_language"])
        audit.record(actor, audit_actions.LANGUAGE_CHOSEN, [person.actor_key], before=before, after=language)
    return person


@transaction.atomic
def set_password(actor: Actor, *, username: str, password: str) -> None:
    """The person signs in with `password` from now on. Raises NotAllowed. Audit: person.created is not repeated."""
    actor.require(Permission.MANAGE_STAFF)
    user = User.objects.select_for_update().get(username=username)
    user.set_password(password)
    user.save(update_fields=["password"])
    audit.record(actor, audit_actions.PASSWORD_SET, [user.actor_key])


@transaction.atomic
def note_sign_in(actor: ActorLike) -> None:
    """The log tells that somebody signed in. Audit: person.signed_in."""
    audit.record(actor, audit_actions.SIGNED_IN, [actor.key])


@transaction.atomic
def note_sign_out(actor: ActorLike) -> None:
    """The log tells that somebody signed out. Audit: person.signed_out."""
    audit.record(actor, audit_actions.SIGNED_OUT, [actor.key])


@transaction.atomic
def note_failed_sign_in(actor: ActorLike, *, username: str) -> None:
    """The log tells that a sign-in under `username` failed. Audit: person.sign_in_failed."""
    audit.record(actor, audit_actions.SIGN_IN_FAILED, [f"person:{username[:150]}"], username=username[:150])
