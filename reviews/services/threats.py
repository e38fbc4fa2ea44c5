"""Threats against staff: raised on a case, told to the security contact, and answered by a supervisor."""

from datetime import timedelta
from typing import Final
from uuid import UUID

import structlog
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

import audit.services as audit
from common import clock
from common.errors import Conflict, NotFound
from common.jobs import enqueue
from reviews import audit_actions
from reviews.models import Threat
from reviews.rules.orders import HOLD
from reviews.services import claims, placing
from reviews.services.words import needed
from staff.actors import SYSTEM, Actor
from staff.permissions import Permission

TOLD_AT_ONCE: Final = 20
AGAIN_AFTER: Final = timedelta(minutes=1)
MOST_WORDS: Final = 2000
SUBJECT: Final = "Caseload: a threat against staff was raised"
# Nobody is named and nothing of the evidence is told: a mailbox isn't ours.
BODY: Final = """A threat against people who work with Caseload was raised at {at} UTC.

Sign in and open /threats/{threat}/ to see it. What is known of the account is kept until {until}.
"""
_log = structlog.get_logger(__name__)


@transaction.atomic
def report(actor: Actor, *, case_id: UUID, words: str = "") -> Threat:
    """The case holds a threat against staff: supervisors are alerted, the security contact is written to, and nothing
    of the account can be deleted for as long as a legal order would hold it. Takes words of one's own, or none.

    Raises NotAllowed, NotFound; Conflict while one is raised on the case already. Audit: threat.raised.
    """
    actor.require(Permission.REPORT_THREAT)
    case = claims.lock_shown(actor, case_id)
    if Threat.objects.filter(case=case, acknowledged_at=None).exists():
        raise Conflict(
            _("A threat is raised on this case already: supervisors are alerted to it."), code="threat-raised"
        )
    now = clock.now()
    made = Threat.objects.create(
        case=case,
        account=case.account,
        raised_by=actor.person(),
        raised_at=now,
        words=words.strip()[:MOST_WORDS],
        preserve_until=now + HOLD,
    )
    until = made.preserve_until.isoformat(timespec="seconds")
    audit.record(actor, audit_actions.THREAT_RAISED, _subjects(made), words=made.words, preserve_until=until)
    enqueue("reviews.tasks.tell_of_threats")
    return made


@transaction.atomic
def acknowledge(actor: Actor, *, threat_id: UUID, note: str) -> Threat:
    """A supervisor has seen to the threat, and says how: the alert ends, and what is held stays held.

    Raises NotAllowed, NotFound, Invalid without a note; Conflict when somebody did already. Audit: threat.acknowledged.
    """
    actor.require(Permission.ANSWER_THREATS)
    said = needed("note", note)
    threat = Threat.objects.select_for_update(of=("self",)).select_related("account").filter(pk=threat_id).first()
    if threat is None:
        raise NotFound(_("There is no threat with this id."))
    if threat.acknowledged_at is not None:
        raise Conflict(_("Somebody has seen to this threat already."), code="threat-acknowledged")
    threat.acknowledged_by, threat.acknowledged_at, threat.note = actor.person(), clock.now(), said
    threat.save(update_fields=["acknowledged_by", "acknowledged_at", "note"])
    audit.record(actor, audit_actions.THREAT_ACKNOWLEDGED, _subjects(threat), note=said)
    return threat


def tell() -> int:
    """Sweep: the security contact is written to about each threat, at least once. Returns how many were told.

    Who can't be reached now is tried again in a minute. Without a contact nobody is written to: the alerts stand on
    supervisors' pages all the same. Audit: threat.told.
    """
    contacts = settings.CASELOAD["SECURITY_CONTACTS"]
    return sum(_tell(threat, contacts) for threat in _due()) if contacts else 0


@transaction.atomic
def _due() -> list[Threat]:
    """Threats that nobody was told of, marked as being told: no other worker writes to the contact meanwhile."""
    now = clock.now()
    is_due = Q(tried_at=None) | Q(tried_at__lte=now - AGAIN_AFTER)
    rows = Threat.objects.select_for_update(skip_locked=True).filter(is_due, told_at=None).order_by("raised_at")
    found = list(rows[:TOLD_AT_ONCE])
    Threat.objects.filter(pk__in=[threat.pk for threat in found]).update(tried_at=now)
    return found


def _tell(threat: Threat, contacts: list[str]) -> bool:
    body = BODY.format(
        at=f"{threat.raised_at:%Y-%m-%d %H:%M}", threat=threat.pk, until=f"{threat.preserve_until:%Y-%m-%d}"
    )
    try:
        send_mail(SUBJECT, body, None, contacts)
    except OSError as error:  # SMTP's errors are such, too
        _log.warning("the security contact was not reached", threat=str(threat.pk), error=type(error).__name__)
        return False
    with transaction.atomic():
        Threat.objects.filter(pk=threat.pk).update(told_at=clock.now())
        audit.record(SYSTEM, audit_actions.THREAT_TOLD, [audit.subject("threat", threat.pk)], contacts=len(contacts))
    return True


def _subjects(threat: Threat) -> list[str]:
    return [audit.subject("threat", threat.pk), *placing.subjects(threat.account, threat.case_id)]
