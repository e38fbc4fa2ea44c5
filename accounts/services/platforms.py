"""Platforms come, and move."""

import re
from urllib.parse import urlsplit

from django.db import transaction

import audit.services as audit
from accounts import audit_actions
from accounts.models import Platform
from common.errors import Invalid, NotFound
from staff.actors import Actor
from staff.permissions import Permission

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")


@transaction.atomic
def create(
    actor: Actor, *, slug: str, name: str, connector: str, url: str = "", requests_per_minute: int | None = None
) -> Platform:
    """A platform exists, whose accounts can be flagged and enforced on.

    Takes a slug, the name of a connector, an http(s) address where the connector needs one (loopback is fine), and at
    most how many requests a minute it takes. Raises Invalid naming the field; NotAllowed. Audit: platform.created.
    """
    actor.require(Permission.MANAGE_PLATFORMS)
    _check(slug, url, requests_per_minute)
    if not connector:
        raise Invalid("connector: name one.", fields={"connector": "missing"})
    if Platform.objects.filter(slug=slug).exists():
        raise Invalid(f"slug: a platform {slug!r} exists.", fields={"slug": "taken"})
    made = Platform.objects.create(
        slug=slug, name=name, connector=connector, url=url, requests_per_minute=requests_per_minute
    )
    audit.record(
        actor,
        audit_actions.PLATFORM_CREATED,
        [audit.subject("platform", slug)],
        slug=slug,
        connector=connector,
        url=url,
    )
    return made


@transaction.atomic
def move(actor: Actor, *, slug: str, url: str) -> Platform:
    """The platform answers at `url` from now on. Raises NotFound; Invalid; NotAllowed. Audit: platform.moved."""
    actor.require(Permission.MANAGE_PLATFORMS)
    _check(slug, url, None)
    platform = Platform.objects.select_for_update().filter(slug=slug).first()
    if platform is None:
        raise NotFound(f"There is no platform {slug!r}.")
    before, platform.url = platform.url, url
    if before != url:
        platform.save(update_fields=["url"])
        audit.record(actor, audit_actions.PLATFORM_MOVED, [audit.subject("platform", slug)], before=before, after=url)
    return platform


def _check(slug: str, url: str, requests_per_minute: int | None) -> None:
    if not _SLUG.match(slug):
        raise Invalid(f"slug: {slug!r} is not lower-case letters, digits and hyphens.", fields={"slug": slug})
    parts = urlsplit(url)
    if url and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise Invalid(f"url: {url!r} is not an http or https address.", fields={"url": url})
    if requests_per_minute is not None and requests_per_minute < 1:
        raise Invalid("requests_per_minute: at least 1.", fields={"requests_per_minute": str(requests_per_minute)})
