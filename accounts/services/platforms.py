"""Platforms come, and change."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

import audit.services as audit
from accounts import audit_actions
from accounts.models import Platform
from accounts.selectors.platforms import SECRET, secret_of
from common.encryption import encrypt
from common.errors import Invalid, NotFound
from staff.actors import Actor
from staff.permissions import Permission

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformSaid:
    """What is said of a platform. `connector` and what its `settings` and `secret` must be is checked by who knows
    connectors (`takedowns.services.reaching`). `secret` is in the clear; empty: there is none."""

    name: str
    connector: str
    url: str = ""
    requests_per_minute: int | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    secret: str = field(default="", repr=False)


@transaction.atomic
def create(actor: Actor, *, slug: str, said: PlatformSaid) -> Platform:
    """A platform exists, whose accounts can be flagged and enforced on.

    Takes a slug, the name of a connector, an http(s) address where the connector needs one (loopback is fine), and at
    most how many requests a minute it takes. Raises Invalid naming the field; NotAllowed. Audit: platform.created.
    """
    actor.require(Permission.MANAGE_PLATFORMS)
    if not _SLUG.match(slug):
        raise Invalid(f"slug: {slug!r} is not lower-case letters, digits and hyphens.", fields={"slug": slug})
    if not said.connector:
        raise Invalid("connector: name one.", fields={"connector": "missing"})
    if Platform.objects.filter(slug=slug).exists():
        raise Invalid(f"slug: a platform {slug!r} exists.", fields={"slug": "taken"})
    made = Platform(slug=slug, connector=said.connector, secret=_sealed(said.secret))
    _say(made, said)
    made.save(force_insert=True)
    told = {"slug": slug, "connector": made.connector, "url": made.url}
    audit.record(actor, audit_actions.PLATFORM_CREATED, [subject(made)], **told)
    return made


@transaction.atomic
def change(actor: Actor, *, slug: str, said: PlatformSaid) -> Platform:
    """The platform is as said from now on; an empty secret keeps the one it has, and a connector is never changed.

    Raises NotFound; Invalid naming the field; NotAllowed. Audit: platform.changed with before and after; of a secret
    only that it is another one.
    """
    actor.require(Permission.MANAGE_PLATFORMS)
    platform = lock(slug)
    if said.connector != platform.connector:
        raise Invalid(_("A platform keeps its connector: add another platform."), fields={"connector": "fixed"})
    before, old_secret = _facts(platform), secret_of(platform)
    _say(platform, said)
    if is_new_secret := said.secret not in ("", old_secret):
        platform.secret = _sealed(said.secret)
    after = _facts(platform)
    if before == after and not is_new_secret:
        return platform
    platform.save()
    told = {"before": before, "after": after, "secret_changed": is_new_secret}
    audit.record(actor, audit_actions.PLATFORM_CHANGED, [subject(platform)], **told)
    return platform


def lock(slug: str) -> Platform:
    """The platform, locked. Raises NotFound."""
    if platform := Platform.objects.select_for_update().filter(slug=slug).first():
        return platform
    raise NotFound(_("There is no platform %(slug)s.") % {"slug": repr(slug)})


def subject(platform: Platform) -> str:
    """How the log names a platform."""
    return audit.subject("platform", platform.slug)


def _sealed(secret: str) -> str:
    return encrypt(secret, purpose=SECRET) if secret else ""


def _say(platform: Platform, said: PlatformSaid) -> None:
    _check(said.url, said.requests_per_minute)
    platform.name, platform.url = said.name, said.url
    platform.requests_per_minute, platform.settings = said.requests_per_minute, dict(said.settings)


def _facts(platform: Platform) -> dict[str, Any]:
    return {name: getattr(platform, name) for name in ("name", "url", "requests_per_minute", "settings")}


def _check(url: str, requests_per_minute: int | None) -> None:
    parts = urlsplit(url)
    if url and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise Invalid(f"url: {url!r} is not an http or https address.", fields={"url": url})
    if requests_per_minute is not None and requests_per_minute < 1:
        raise Invalid("requests_per_minute: at least 1.", fields={"requests_per_minute": str(requests_per_minute)})
