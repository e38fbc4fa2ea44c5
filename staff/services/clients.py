"""API clients and keys are made and end."""

import secrets
from datetime import timedelta

from django.db import transaction

import audit.services as audit
from common import clock
from common.errors import Invalid, NotFound
from staff import audit_actions
from staff.actors import Actor
from staff.choices import STATEABLE, Scope, SourceKind
from staff.models import ApiClient, ApiKey, User
from staff.permissions import Permission
from staff.selectors.clients import hash_secret
from staff.services import organisations

KEY_LIFE_DAYS = 365
LIVE_KEYS_AT_MOST = 2
CALLS_AT_MOST = 1_000_000  # a second


@transaction.atomic
def create(
    actor: Actor,
    *,
    name: str,
    kind: str,
    scopes: list[str],
    acts_for: list[str] | None = None,
    organisation: str = "",
    may_state: list[str] | None = None,
    terms: str = "",
) -> tuple[ApiClient, str]:
    """An API client exists, with one key.

    Takes a source kind, scopes, usernames it may act for, the name of its organisation (entered where it is new), and
    for a relay the kinds it may state (None: all) and what was agreed with it.
    Returns the client and the key, which is shown only now.
    Raises Invalid naming a bad kind, scope or username; NotAllowed. Audit: client.created, key.created.
    """
    actor.require(Permission.MANAGE_STAFF)
    people = _checked(name, kind, scopes, acts_for or [])
    kinds = _checked_terms(kind, may_state, terms)
    made = ApiClient.objects.create(
        name=name,
        kind=kind,
        organisation=organisations.known_or_entered(actor, organisation) if organisation else None,
        may_state=kinds,
        terms=terms.strip(),
    )
    made.acts_for.set(people)
    audit.record(
        actor,
        audit_actions.CLIENT_CREATED,
        [made.actor_key],
        name=name,
        kind=kind,
        acts_for=[p.username for p in people],
        organisation=organisation,
    )
    return made, _add_key(actor, made, scopes)


@transaction.atomic
def change(
    actor: Actor,
    *,
    name: str,
    organisation: str | None = None,
    may_state: list[str] | None = None,
    terms: str | None = None,
    calls_per_second: int | None = None,
) -> ApiClient:
    """The client belongs to `organisation` ("" for none); a relay may state these kinds, under these terms; it may make
    so many calls a second (0: as the setting says). None leaves what stands.

    Returns the client. Raises NotFound, NotAllowed, Invalid. Audit: client.changed, unless nothing does.
    """
    actor.require(Permission.MANAGE_STAFF)
    found = ApiClient.objects.select_for_update(of=("self",)).select_related("organisation").filter(name=name).first()
    if found is None:
        raise NotFound(f"No API client is called {name!r}.", fields={"name": "not known"})
    before = _told(found)
    if organisation is not None:
        found.organisation = organisations.known_or_entered(actor, organisation) if organisation else None
    kinds = _checked_terms(found.kind, may_state, terms or "")
    if may_state is not None:
        found.may_state = kinds
    if terms is not None:
        found.terms = terms.strip()
    if calls_per_second is not None:
        if not 0 <= calls_per_second <= CALLS_AT_MOST:
            text = f"0 to {CALLS_AT_MOST:,}, 0 for as many as the setting says"
            raise Invalid(f"calls_per_second: {text}.", fields={"calls_per_second": text})
        found.calls_per_second = calls_per_second or None
    if (after := _told(found)) != before:
        found.save(update_fields=["organisation", "may_state", "terms", "calls_per_second"])
        audit.record(actor, audit_actions.CLIENT_CHANGED, [found.actor_key], before=before, after=after)
    return found


def _told(client: ApiClient) -> dict[str, object]:
    organisation = client.organisation.name if client.organisation else ""
    return {
        "organisation": organisation,
        "may_state": client.may_state,
        "terms": client.terms,
        "calls_per_second": client.calls_per_second,
    }


@transaction.atomic
def rotate(actor: Actor, *, name: str, scopes: list[str]) -> str:
    """The client has a second live key. Returns it, shown only now. Raises Invalid when two live already."""
    actor.require(Permission.MANAGE_STAFF)
    found = ApiClient.objects.select_for_update().get(name=name)
    live = found.keys.filter(revoked_at=None, expires_at__gt=clock.now()).count()
    if live >= LIVE_KEYS_AT_MOST:
        raise Invalid(f"{name} has {live} live keys. Revoke one first.", code="too-many-keys")
    return _add_key(actor, found, scopes)


@transaction.atomic
def revoke(actor: Actor, *, prefix: str) -> None:
    """The key opens nothing any more. Raises NotAllowed. Audit: key.revoked."""
    actor.require(Permission.MANAGE_STAFF)
    key = ApiKey.objects.select_for_update().select_related("client").get(prefix=prefix)
    key.revoked_at = clock.now()
    key.save(update_fields=["revoked_at"])
    audit.record(actor, audit_actions.KEY_REVOKED, [key.client.actor_key], prefix=prefix)


def _checked(name: str, kind: str, scopes: list[str], usernames: list[str]) -> list[User]:
    if kind not in SourceKind.values:
        raise Invalid(f"kind: {kind!r} is none of {', '.join(SourceKind.values)}.", fields={"kind": kind})
    if unknown := [scope for scope in scopes if scope not in Scope.values]:
        raise Invalid(f"scopes: no such scope as {', '.join(unknown)}.", fields={"scopes": ", ".join(unknown)})
    if ApiClient.objects.filter(name=name).exists():
        raise Invalid(f"name: a client called {name!r} exists.", fields={"name": name})
    people = list(User.objects.filter(username__in=usernames))
    if missing := set(usernames) - {person.username for person in people}:
        raise Invalid(f"acts_for: nobody is called {', '.join(sorted(missing))}.", fields={"acts_for": "not known"})
    return people


def _checked_terms(kind: str, may_state: list[str] | None, terms: str) -> list[str]:
    """The kinds that the client may state, in the order of the enum: all, unless told otherwise."""
    if kind != SourceKind.RELAY and (may_state is not None or terms):
        raise Invalid("terms: only a client of kind relay has some.", fields={"terms": "only for a relay"})
    if may_state is None:
        return list(STATEABLE)
    if unknown := [stated for stated in may_state if stated not in STATEABLE]:
        text = f"no such kind as {', '.join(unknown)}; a relay may state {', '.join(STATEABLE)}."
        raise Invalid(f"may_state: {text}", fields={"may_state": text})
    if not may_state:
        raise Invalid("may_state: a relay states at least one kind.", fields={"may_state": "needed"})
    return [stated for stated in STATEABLE if stated in may_state]


def _add_key(actor: Actor, made: ApiClient, scopes: list[str]) -> str:
    prefix, secret = "cl" + secrets.token_hex(5), secrets.token_urlsafe(32)
    now = clock.now()
    expires_at = now + timedelta(days=KEY_LIFE_DAYS)
    ApiKey.objects.create(
        client=made,
        prefix=prefix,
        secret_hash=hash_secret(secret),
        scopes=scopes,
        created_at=now,
        expires_at=expires_at,
    )
    audit.record(
        actor,
        audit_actions.KEY_CREATED,
        [made.actor_key],
        prefix=prefix,
        scopes=scopes,
        expires_at=expires_at.isoformat(),
    )
    return f"{prefix}.{secret}"
