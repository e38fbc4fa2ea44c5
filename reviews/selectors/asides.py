"""Cases set aside, read: who holds what for later, which questions are open, and what waits for a person first."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet

from reviews.models import Case, Escalation, Hold
from reviews.selectors import lanes, queues, second_person, serving
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
    """Questions that wait for the actor's answer, an authority's order first, then the oldest. Raises NotAllowed."""
    actor.require(Permission.ANSWER_ESCALATIONS)
    rows = Escalation.objects.filter(lanes.shown_to(actor, "case__lane"), closed_at=None)
    if not _answers_all(actor):
        person = actor.person()
        theirs = Q(queue__team=None) | Q(queue__team=person.team_id)
        theirs &= Q(queue__roles=[]) | Q(queue__roles__contains=[person.role])
        rows = rows.filter(Q(queue=None) | theirs)
    rows = rows.select_related("asker", "queue", "case__account")
    return rows.order_by(F("case__legal_deadline_at").asc(nulls_last=True), "asked_at")


def is_asked(actor: Actor, question: Escalation) -> bool:
    """Whether the question was put to the actor: to a queue that they may work (one that is gone is everybody's). Who
    hands cases over answers any."""
    if Permission.ANSWER_ESCALATIONS not in actor.may:
        return False
    return _answers_all(actor) or question.queue is None or queues.works(actor.person(), question.queue)


def open_question_on(case: Case) -> Escalation | None:
    """The question on the case that waits for its answer."""
    return Escalation.objects.filter(case=case, closed_at=None).select_related("asker", "queue").first()


def _answers_all(actor: Actor) -> bool:
    return Permission.HAND_OVER in actor.may


def questions_on(case: Case) -> list[Escalation]:
    """What was asked about the case, and answered, newest first."""
    rows = Escalation.objects.filter(case=case).select_related("asker", "answered_by", "queue")
    return list(rows.order_by("-asked_at", "-pk"))


def hold_on(case: Case) -> Hold | None:
    """The hold on the case that hasn't ended."""
    return Hold.objects.filter(case=case, ended_at=None).select_related("holder").first()
