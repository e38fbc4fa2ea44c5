"""Trusted-flagger awards are entered, corrected and revoked, as the Digital Services Coordinator did."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

import audit.services as audit
from common import clock
from common.errors import Conflict, Invalid
from reviews import audit_actions
from reviews.models import Award, Policy
from staff.actors import Actor
from staff.models import Organisation
from staff.permissions import Permission

FIELDS = ("awarded_by", "awarded_on", "ends_on", "policies", "categories")


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardSaid:
    """An award as it is entered: by which Digital Services Coordinator, from and through which day, and for which
    policies (codes) and statement categories."""

    awarded_by: str
    awarded_on: date
    ends_on: date | None
    policies: list[str]
    categories: list[str]


@transaction.atomic
def enter(actor: Actor, organisation: Organisation, said: AwardSaid) -> Award:
    """The award that stands on the organisation is as said: the one there is, corrected, or else a new one.

    Returns it. Raises NotAllowed; Invalid naming what doesn't fit. Audit: award.granted, or award.changed with before
    and after, unless nothing changes.
    """
    actor.require(Permission.MANAGE_ORGANISATIONS)
    _check(said)
    standing = _lock_standing(organisation)
    if standing is None:
        made = Award.objects.create(organisation=organisation, **_as_dict(said))
        audit.record(actor, audit_actions.AWARD_GRANTED, [organisation.log_key], award=_told(made))
        return made
    before = _told(standing)
    for name, value in _as_dict(said).items():
        setattr(standing, name, value)
    if (after := _told(standing)) != before:
        standing.save(update_fields=FIELDS)
        audit.record(actor, audit_actions.AWARD_CHANGED, [organisation.log_key], before=before, after=after)
    return standing


@transaction.atomic
def revoke(actor: Actor, organisation: Organisation, *, reason: str) -> Award:
    """The organisation is no trusted flagger from today (UTC) on.

    Returns the award. Raises NotAllowed, Invalid without a reason, Conflict when none stands. Audit: award.revoked.
    """
    actor.require(Permission.MANAGE_ORGANISATIONS)
    if not reason.strip():
        raise Invalid(_("reason: say why."), fields={"reason": _("say why.")})
    standing = _lock_standing(organisation)
    if standing is None:
        raise Conflict(_("No award stands on this organisation."), code="no-award")
    before = _told(standing)
    standing.revoked_on, standing.revoked_because = clock.now().date(), reason.strip()
    standing.save(update_fields=["revoked_on", "revoked_because"])
    audit.record(
        actor,
        audit_actions.AWARD_REVOKED,
        [organisation.log_key],
        before=before,
        after=_told(standing),
        reason=standing.revoked_because,
    )
    return standing


def _lock_standing(organisation: Organisation) -> Award | None:
    """The organisation's award that wasn't revoked and hasn't ended, if there is one; the organisation is locked, so
    that nobody enters another meanwhile."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    latest = Award.objects.filter(organisation=organisation, revoked_on=None).order_by("-awarded_on", "-id").first()
    if latest is None or (latest.ends_on and latest.ends_on < clock.now().date()):
        return None
    return latest


def _check(said: AwardSaid) -> None:
    """Raises Invalid naming each field at fault."""
    faults = {}
    if not said.awarded_by.strip():
        faults["awarded_by"] = _("say which Digital Services Coordinator.")
    if said.ends_on and said.ends_on < said.awarded_on:
        faults["ends_on"] = _("lies before the award: give a later day, or none.")
    if not said.policies and not said.categories:
        faults["policies"] = _("name at least one policy or category.")
    codes = set(Policy.objects.values_list("code", flat=True))
    categories = set(Policy.objects.values_list("statement_category", flat=True))
    if unknown := sorted(set(said.policies) - codes):
        faults["policies"] = _("no such policy as %(unknown)s.") % {"unknown": ", ".join(unknown)}
    if unknown := sorted(set(said.categories) - categories):
        faults["categories"] = _("no policy has the category %(unknown)s.") % {"unknown": ", ".join(unknown)}
    if faults:
        raise Invalid(" ".join(f"{name}: {text}" for name, text in faults.items()), fields=faults)


def _as_dict(said: AwardSaid) -> dict[str, Any]:
    return {
        "awarded_by": said.awarded_by.strip(),
        "awarded_on": said.awarded_on,
        "ends_on": said.ends_on,
        "policies": sorted(set(said.policies)),
        "categories": sorted(set(said.categories)),
    }


def _told(award: Award) -> dict[str, object]:
    """The award as the log tells it."""
    return {
        "awarded_by": award.awarded_by,
        "awarded_on": award.awarded_on.isoformat(),
        "ends_on": award.ends_on.isoformat() if award.ends_on else None,
        "revoked_on": award.revoked_on.isoformat() if award.revoked_on else None,
        "policies": award.policies,
        "categories": award.categories,
    }
