"""The duty contact is told by mail that material was restricted: how many, of what kind, when; nothing of the material.

The row is the job: each try is written before the mail leaves, and one mail tells all that is due. A worker that dies
between sending and writing so has it sent twice, never not at all.
"""

import logging
from collections import Counter
from collections.abc import Sequence
from smtplib import SMTPException
from typing import Final

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction

import audit.services as audit
from common import bulk, clock
from reviews import audit_actions
from reviews.models import Restriction
from reviews.rules.restrictions import mail_gap
from staff.actors import SYSTEM
from staff.choices import Clearance

AT_ONCE: Final = 1000
NAMED: Final = 20  # cases in one mail; the others are counted

log = logging.getLogger(__name__)


def mail_due() -> int:
    """The duty contact was sent a mail about the restrictions that nobody has acknowledged and that are due; what can't
    be sent is due again after a while. Without a contact nothing is sent.

    Returns how many were told of. Audit: restriction.mailed.
    """
    contacts = settings.CASELOAD["DUTY_CONTACTS"]
    rows = _take() if contacts else []
    if not rows:
        return 0
    try:
        send_mail(_subject(rows), _text(rows), settings.DEFAULT_FROM_EMAIL, contacts)
    except (OSError, SMTPException):
        log.exception("The mail to the duty contact could not be sent: it is tried again.")
        return 0
    _note_mailed(rows)
    return len(rows)


@transaction.atomic
def _take() -> list[Restriction]:
    """What is due, its next try put off so that no other worker mails it meanwhile."""
    now = clock.now()
    due = Restriction.objects.filter(mail_at__lte=now, mailed_at=None, acknowledged_at=None, lifted_at=None)
    rows = list(due.select_for_update(skip_locked=True).order_by("mail_at")[:AT_ONCE])
    for row in rows:
        row.mail_tries += 1
        row.mail_at = now + mail_gap(row.mail_tries)
    bulk.update(rows, ["mail_tries", "mail_at"])
    return rows


@transaction.atomic
def _note_mailed(rows: Sequence[Restriction]) -> None:
    Restriction.objects.filter(pk__in=[row.pk for row in rows]).update(mailed_at=clock.now())
    names = [audit.subject("case", row.case_id) for row in rows[:NAMED]]
    audit.record(SYSTEM, audit_actions.RESTRICTION_MAILED, names, restrictions=len(rows))


def _subject(rows: Sequence[Restriction]) -> str:
    kinds = Counter(Clearance(row.clearance).label for row in rows)
    return "Caseload: restricted: " + ", ".join(f"{kind.lower()} ({count})" for kind, count in sorted(kinds.items()))


def _text(rows: Sequence[Restriction]) -> str:
    lines = [
        f"{row.made_at:%Y-%m-%d %H:%M:%S} UTC  {Clearance(row.clearance).label}  case {row.case_id}"
        for row in rows[:NAMED]
    ]
    more = [f"and {len(rows) - NAMED:,} more"] if len(rows) > NAMED else []
    return "\n".join(
        [
            "Material was restricted and waits for somebody who is cleared for it. Nothing of it stands in this mail.",
            "",
            *lines,
            *more,
            "",
            "Sign in to Caseload: the alert stands on top of each page. Say there that you see to it.",
        ]
    )
