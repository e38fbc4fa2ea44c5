"""Preferences: what a person chooses for themselves alone. The log tells that they did, and not what."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

import audit.services as audit
from staff import audit_actions
from staff.actors import Actor
from staff.models import User


@transaction.atomic
def prefer(actor: Actor, chosen: Mapping[str, Any]) -> User:
    """The actor's person prefers what is chosen, by name; None takes a choice back. What isn't named stays.

    Takes values that JSON can hold; `time_zone`, an IANA name or "", is one of them. Returns the person. Raises
    NotAllowed for an actor without a person. Audit: person.preferences_changed, without saying which.
    """
    person = User.objects.select_for_update().get(pk=actor.person().pk)
    told = dict(chosen)
    person.time_zone = told.pop("time_zone", person.time_zone) or ""
    both = person.preferences | told
    person.preferences = {name: value for name, value in both.items() if value is not None}
    person.save(update_fields=["preferences", "time_zone"])
    mine = actor.person()  # who goes on in the same request goes by what they have just chosen
    mine.preferences, mine.time_zone = person.preferences, person.time_zone
    audit.record(actor, audit_actions.PREFERENCES_CHANGED, [person.actor_key])
    return person
