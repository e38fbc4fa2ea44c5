"""Cases are sought: who looked for which words is in the log."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

import audit.services as audit
from common.keyset import Place
from reviews import audit_actions
from reviews.rules.finding import Asked
from reviews.selectors import case_filters, case_list
from reviews.selectors.case_filters import Found
from reviews.selectors.case_list import PAGE_SIZE, Counted, ListPage
from staff.actors import Actor


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found, how many, and the page of it that was asked for."""

    found: Found
    counted: Counted
    page: ListPage


@transaction.atomic
def find(actor: Actor, asked: Asked, *, place: Place | None, at: datetime, size: int = PAGE_SIZE) -> Answer:
    """A page of the cases that fit. Raises NotAllowed, and Invalid for a policy, platform or person that isn't known.
    Audit: case.searched with the words, when words are sought."""
    found = case_filters.found(actor, asked, at=at)
    counted = case_list.count(found)
    page = case_list.page_of(found, asked, counted, place=place, size=size)
    if asked.words:
        audit.record(actor, audit_actions.CASE_SEARCHED, [audit.subject("cases", "list")], words=asked.words)
    return Answer(found, counted, page)
