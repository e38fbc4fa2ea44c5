"""Organisations are entered, and their facts corrected."""

from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils.translation import gettext as _

import audit.services as audit
from common import clock
from common.countries import NAMES
from common.errors import Invalid
from staff import audit_actions
from staff.actors import Actor
from staff.choices import OrganisationKind
from staff.models import Organisation
from staff.permissions import Permission


@dataclass(frozen=True, slots=True)
class OrganisationFacts:
    """What is said of an organisation. `country` is ISO 3166-1 alpha-2, or empty."""

    name: str
    kind: str = OrganisationKind.OTHER
    country: str = ""


@transaction.atomic
def enter(actor: Actor, facts: OrganisationFacts) -> Organisation:
    """The organisation is known. Returns it. Raises NotAllowed; Invalid naming what doesn't fit. Audit:
    organisation.created."""
    actor.require(Permission.MANAGE_ORGANISATIONS)
    checked = _checked(facts, other_than=None)
    made = Organisation.objects.create(**asdict(checked), created_at=clock.now())
    audit.record(actor, audit_actions.ORGANISATION_CREATED, [made.log_key], **asdict(checked))
    return made


@transaction.atomic
def change(actor: Actor, organisation: Organisation, facts: OrganisationFacts) -> Organisation:
    """The organisation's facts are `facts`. Returns it. Raises NotAllowed, Invalid. Audit:
    organisation.changed, unless nothing does."""
    actor.require(Permission.MANAGE_ORGANISATIONS)
    row = Organisation.objects.select_for_update().get(pk=organisation.pk)
    checked = _checked(facts, other_than=row)
    before, after = {name: getattr(row, name) for name in asdict(checked)}, asdict(checked)
    if before != after:
        row.name, row.kind, row.country = checked.name, checked.kind, checked.country
        row.save(update_fields=["name", "kind", "country"])
        audit.record(actor, audit_actions.ORGANISATION_CHANGED, [row.log_key], before=before, after=after)
    return row


def known_or_entered(actor: Actor, name: str) -> Organisation:
    """The organisation called `name`, entered where it is new. Raises NotAllowed, Invalid."""
    known = Organisation.objects.filter(name=name).first()
    return known or enter(actor, OrganisationFacts(name))


def _checked(facts: OrganisationFacts, *, other_than: Organisation | None) -> OrganisationFacts:
    """The facts as they are stored. Raises Invalid naming a field."""
    name = facts.name.strip()
    faults = {}
    if not name:
        faults["name"] = _("give its name.")
    elif (known := Organisation.objects.filter(name=name).first()) and known != other_than:
        faults["name"] = _("an organisation called %(name)s exists: choose another name, or change that one.") % {
            "name": repr(name)
        }
    if facts.kind not in OrganisationKind.values:
        faults["kind"] = _("none of %(values)s.") % {"values": ", ".join(OrganisationKind.values)}
    if facts.country and facts.country not in NAMES:
        faults["country"] = _("no country has this ISO 3166-1 code.")
    for field, text in faults.items():
        raise Invalid(f"{field}: {text}", fields=faults)
    return OrganisationFacts(name, str(facts.kind), facts.country)
