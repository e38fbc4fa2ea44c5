"""Cases set aside, read: who holds what for later, which questions are open, and what waits for a person first."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, QuerySet

from reviews.models import Case, Escalation, Hold
from reviews.selectors import lanes, second_person, serving
from staff.actors import Actor
from staff.models import User
from staff.permissions import Permission


@dataclass(frozen=True, slots=True)
class ForYou:
    """What waits for one person on their first page, apart from the queues: cases that came back to them, cases that
    they hold for later, questions that they may answer, and how many proposals want a second person."""

    reserved: list[Case]
    held: list[Hold]
    questions: list[Escalation]
    proposals: int

    def __bool__(self) -> bool:
        return bool(self.reserved or self.held or self.questions or self.proposals)


def for_you(actor: Actor, at: datetime) -> ForYou:
    """What waits for this person."""
    person, works = actor.person(), Permission.WORK_CASES in actor.may
    return ForYou(
        reserved=list(serving.reserved_for(person, at)) if works else [],
        held=list(held_by(person)) if works else [],
        questions=list(open_questions(actor)) if Permission.ANSWER_ESCALATIONS in actor.may else [],
        proposals=second_person.waiting_for(actor),
    )


def held_by(person: User) -> QuerySet[Hold]:
    """What the person holds for later, the next reminder first."""
    shown = lanes.cleared(person.clearances, "case__lane")
    rows = Hold.objects.filter(shown, holder=person, ended_at=None).order_by("remind_at")
    return rows.select_related("case__account", "case__policy")


def holds_of(person: User, case: Case) -> QuerySet[Hold]:
    """The person's open hold on the case."""
    return Hold.objects.filter(holder=person, case=case, ended_at=None)


def all_held(actor: Actor) -> QuerySet[Hold]:
    """Who holds what for later of what the actor may see, the longest first. Raises NotAllowed."""
    actor.require(Permission.SEE_WORKLOAD)
    rows = Hold.objects.filter(lanes.shown_to(actor, "case__lane"), ended_at=None)
    return rows.select_related("holder", "case__account").order_by("held_at")


def open_questions(actor: Actor) -> QuerySet[Escalation]:
    """Questions that wait for an answer, an authority's order first, then the oldest. Raises NotAllowed."""
    actor.require(Permission.ANSWER_ESCALATIONS)
    rows = Escalation.objects.filter(lanes.shown_to(actor, "case__lane"), closed_at=None)
    rows = rows.select_related("asker", "queue", "case__account")
    return rows.order_by(F("case__legal_deadline_at").asc(nulls_last=True), "asked_at")


def questions_on(case: Case) -> list[Escalation]:
    """What was asked about the case, and answered, newest first."""
    rows = Escalation.objects.filter(case=case).select_related("asker", "answered_by", "queue")
    return list(rows.order_by("-asked_at", "-pk"))


def hold_on(case: Case) -> Hold | None:
    """The hold on the case that hasn't ended."""
    return Hold.objects.filter(case=case, ended_at=None).select_related("holder").first()
