"""Cases, read: the one that a page or a call shows, with everything around it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject
from django.utils.translation import gettext as _

from accounts.models import Account, Observation
from common.errors import NotFound
from reviews.choices import OPEN_CASE, STANDING, CaseState, FlagState, Outcome
from reviews.models import (
    Case,
    CaseMove,
    Claim,
    Decision,
    Draft,
    Escalation,
    Flag,
    Hold,
    Note,
    Policy,
    Refresh,
    Restriction,
)
from reviews.rules import rank
from reviews.rules.humane import ALWAYS, HumaneRule
from reviews.rules.states import CaseFacts, legal_actions
from reviews.selectors import asides, evidence, humane, lanes, notes, restrictions, second_person, threats, trust
from reviews.selectors.evidence import PostView
from reviews.selectors.second_person import SecondNeed
from staff.actors import Actor
from staff.models import User
from staff.permissions import Permission
from takedowns.models import Enforcement


class MoveShown(msgspec.Struct, frozen=True):
    """A move of the case: who found its language or its policy wrong, and what they were before and after."""

    by: str
    at: datetime
    from_language: str
    to_language: str
    from_policy: str
    to_policy: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """All that the case page shows. `policies` are the active ones, the most flagged first; `trusted` the flags
    of trusted flaggers; `earlier_cases` counts the account's other cases; `draft` is what the actor has
    typed on this one; `is_veiled` whether posts are hidden from the actor until asked for;
    `break_minutes` after how long on cases they are reminded of a break, if ever; `restrictions` those that stand on
    the account, `moves` what the case was moved from and to, oldest first."""

    case: Case
    account: Account
    flags: list[Flag]
    rank_lines: list[rank.Line]
    rank_total: float
    posts: list[PostView]
    post_count: int
    followers_by_month: list[tuple[date, int | None]]
    decisions: list[Decision]
    earlier_cases: int
    draft: Mapping[str, Any]
    enforcements: list[Enforcement]
    claim: Claim | None
    actions: frozenset[str]
    policies: list[Policy]
    second: SecondNeed
    questions: list[Escalation]
    notes: list[Note]
    hold: Hold | None
    trusted: frozenset[UUID]
    is_veiled: bool
    break_minutes: int | None
    restrictions: list[Restriction]
    moves: list[MoveShown]

    @property
    def hides_media(self) -> bool:
        """Whether of pictures and recordings only type and hash are shown."""
        return restrictions.hides_media(self.account)


def get_refresh(actor: Actor, case_id: UUID, refresh_id: UUID) -> Refresh:
    """The question to the platform, with its case and account. Raises NotFound, NotAllowed."""
    case = get_case(actor, case_id)
    row = Refresh.objects.filter(case=case, pk=refresh_id).first()
    if row is None:
        raise NotFound(_("Nobody asked the platform this."))
    row.case = case
    return row


def cases_visible_to(actor: Actor) -> QuerySet[Case]:
    """Cases that the actor may see: restricted ones with the clearances alone. Raises NotAllowed without permission."""
    actor.require(Permission.SEE_CASES)
    return Case.objects.filter(lanes.shown_to(actor)).select_related("account__platform", "policy")


def source_kinds_of(case_ids: Iterable[UUID]) -> dict[UUID, list[str]]:
    """By case: the kinds of the sources whose flags stand on it, answered or not, in order. Withdrawn ones don't count,
    and a case without flags is left out."""
    flags = Flag.objects.filter(case__in=case_ids).exclude(state=FlagState.WITHDRAWN)
    kinds = ArrayAgg("source__kind", distinct=True, order_by="source__kind")
    return dict(flags.values_list("case_id").annotate(kinds=kinds))


def get_case(actor: Actor, case_id: UUID) -> Case:
    """The case. Raises NotFound."""
    case = cases_visible_to(actor).filter(pk=case_id).first()
    if case is None:
        raise NotFound(_("There is no case with this id."))
    return case


def open_case_of(account: Account) -> Case | None:
    """The account's open case, if there is one."""
    return Case.objects.filter(account=account, state__in=OPEN_CASE).first()


def live_claim(case: Case, at: datetime) -> Claim | None:
    """The claim on `case` that lives at `at`."""
    return Claim.objects.filter(case=case, ended_at=None, expires_at__gt=at).select_related("holder", "queue").first()


def actions_on(actor: Actor, case: Case, claim: Claim | None, second: SecondNeed | None = None) -> frozenset[str]:
    """What the actor may do with the case now. Takes the live claim (a case whose lease ran out waits), and what is
    known of the need of a second person."""
    state = CaseState(case.state)
    if state == CaseState.CLAIMED and claim is None:
        state = CaseState.WAITING
    return legal_actions(_facts(actor, case, state, claim, second), actor.may)


def _facts(actor: Actor, case: Case, state: CaseState, claim: Claim | None, second: SecondNeed | None) -> CaseFacts:
    """The facts that the asker's rights turn on in this state; no others are looked up."""
    is_mine = claim is not None and actor.user is not None and claim.holder_id == actor.user.pk
    if state == CaseState.SECOND_LOOK:
        proposal = second_person.proposal_on(case)
        return CaseFacts(
            state,
            is_mine=False,
            is_claimed=False,
            suspension=second_person.facts_of([case], second_person.current_rule())[case.pk],
            is_my_proposal=proposal is not None and actor.user is not None and proposal.decided_by_id == actor.user.pk,
        )
    needs = (second or second_person.need_of(case)).needs if is_mine else []
    return CaseFacts(
        state,
        is_mine=is_mine,
        is_claimed=claim is not None,
        is_express=case.legal_deadline_at is not None,
        is_my_hold=state == CaseState.HELD and actor.user is not None and asides.holds_of(actor.user, case).exists(),
        needs_second=bool(needs),
        is_asked=state == CaseState.ESCALATED and _is_asked(actor, case),
    )


def _is_asked(actor: Actor, case: Case) -> bool:
    if Permission.ANSWER_ESCALATIONS not in actor.may:
        return False
    question = asides.open_question_on(case)
    return question is not None and asides.is_asked(actor, question)


def case_view(actor: Actor, case_id: UUID, *, at: datetime) -> CaseView:
    """The case with its account, flags, explained rank, evidence and history. Raises NotFound, NotAllowed."""
    case = _with_more(actor, case_id)
    claim = live_claim(case, at)
    flags = flags_of(case)
    lines = rank_lines(case, at)
    second = second_person.need_of(case)
    found = evidence.evidence_of(actor, case.account, flags)
    return CaseView(
        case=case,
        account=case.account,
        flags=flags,
        rank_lines=lines,
        rank_total=round(sum(line.points for line in lines), 1),
        posts=found.posts,
        post_count=found.count,
        followers_by_month=followers_of(case.account),
        decisions=decisions_on(case.account) if case.has_decisions else [],
        earlier_cases=case.earlier_cases,
        draft=case.draft or {},
        enforcements=enforcements_on(case.account) if case.has_decisions else [],
        claim=claim,
        actions=actions_on(actor, case, claim, second),
        policies=_policies(flags),
        second=second,
        questions=asides.questions_on(case) if case.has_questions else [],
        notes=notes.notes_on(case.pk) if case.has_notes else [],
        hold=asides.hold_on(case) if case.state == CaseState.HELD else None,
        trusted=trust.trusted_flags(flags),
        is_veiled=humane.is_veiled(actor.user, HumaneRule(case.veil_from), case.policy.severity),
        break_minutes=humane.break_minutes(actor.user, case.break_minutes),
        restrictions=restrictions.standing_on(case.account),
        moves=msgspec.convert(case.moved or [], list[MoveShown]),
    )


_MOVE = JSONObject(
    by="moved_by__pseudonym",
    at="moved_at",
    from_language="from_language",
    to_language="to_language",
    from_policy="from_policy__title",
    to_policy="to_policy__title",
)


def _with_more(actor: Actor, case_id: UUID) -> Any:
    """The case, with what else is one value of it, and with what it is worth asking for: most cases are new, and have
    no notes, questions or earlier decisions. In one query."""
    drafts = Draft.objects.filter(case=OuterRef("pk"), person=actor.user)
    others = Case.objects.filter(account=OuterRef("account")).exclude(pk=OuterRef("pk")).order_by()
    moves = CaseMove.objects.filter(case=OuterRef("pk")).order_by("moved_at", "pk").values(json=_MOVE)
    rows = cases_visible_to(actor).annotate(
        moved=ArraySubquery(moves),
        draft=Subquery(drafts.values("content")[:1]),
        earlier_cases=Coalesce(Subquery(others.values("account").annotate(n=Count("pk")).values("n")), 0),
        has_decisions=Exists(Decision.objects.filter(account=OuterRef("account"))),
        has_questions=Exists(Escalation.objects.filter(case=OuterRef("pk"))),
        has_notes=Exists(Note.objects.filter(case=OuterRef("pk"))),
        threat_raised_at=Subquery(threats.newest_on_case().values("raised_at")[:1]),
        threat_seen_at=Subquery(threats.newest_on_case().values("acknowledged_at")[:1]),
        break_minutes=Subquery(humane.newest().values("break_minutes")[:1]),
        veil_from=Coalesce(Subquery(humane.newest().values("veil_from")[:1]), ALWAYS),
    )
    case = rows.filter(pk=case_id).first()
    if case is None:
        raise NotFound(_("There is no case with this id."))
    return case


def flags_of(case: Case) -> list[Flag]:
    """The case's flags, oldest first, each with source, policy, snapshot and client."""
    return list(case.flags.select_related("source", "policy", "snapshot", "client").order_by("flagged_at", "id"))


def rank_lines(case: Case, at: datetime) -> list[rank.Line]:
    """The case's rank at `at`, explained."""
    return rank.explain(case.rank_parts, case.opened_at, at)


def decisions_on(account: Account) -> list[Decision]:
    """Every decision on the account, newest first, each with policy, decider and batch."""
    rows = Decision.objects.filter(account=account).select_related("policy", "decided_by", "approver", "batch")
    return list(rows.order_by("-decided_at", "-id"))


def enforcements_on(account: Account) -> list[Enforcement]:
    """What was, or is to be, done to the account on its platform, newest first."""
    return list(Enforcement.objects.filter(account=account).order_by("-created_at", "-id"))


def followers_of(account: Account) -> list[tuple[date, int | None]]:
    """Followers by month as observed; by snapshot where nothing was observed."""
    observed = Observation.objects.filter(account=account).annotate(kind=Value(1))
    taken = account.snapshots.annotate(kind=Value(2))
    both = observed.values_list("kind", "month", "followers_last").union(
        taken.values_list("kind", "taken_at__date", "followers"), all=True
    )
    rows = list(both.order_by("kind", "month"))
    return [(day, followers) for kind, day, followers in rows if kind == rows[0][0]]


def _policies(flags: Sequence[Flag]) -> list[Policy]:
    claimed = Counter(flag.policy_id for flag in flags if flag.state != FlagState.WITHDRAWN)
    active = Policy.objects.filter(is_active=True).order_by("position", "code")
    return sorted(active, key=lambda policy: -claimed[policy.pk])


def suspensions_before(account_ids: Iterable[UUID]) -> dict[UUID, int]:
    """How many suspensions of ours stand on each account that has any: where the policy's ladder is entered."""
    rows = Decision.objects.filter(account__in=account_ids, outcome=Outcome.SUSPEND, state__in=STANDING).order_by()
    return dict(rows.values_list("account_id").annotate(strikes=Count("pk")))


def held_by(person: User, at: datetime) -> QuerySet[Claim]:
    """The live claims of a person, the one that runs out first on top; without what was only taken ahead."""
    live = Claim.objects.filter(holder=person, ended_at=None, expires_at__gt=at, ahead_of=None)
    return live.select_related("case__account__platform", "case__policy").order_by("expires_at")


def workload(actor: Actor, at: datetime) -> QuerySet[Claim]:
    """Who holds what of what the actor may see, since when. Raises NotAllowed."""
    actor.require(Permission.SEE_WORKLOAD)
    live = Claim.objects.filter(lanes.shown_to(actor, "case__lane"), ended_at=None, expires_at__gt=at)
    return live.select_related("holder", "queue", "case__account__platform", "case__policy").order_by("claimed_at")


def queue_of(case_id: UUID) -> str:
    """The queue that the case was taken from, so that the work goes on there; "" for all."""
    claim = claim_on(case_id)
    return claim.queue.slug if claim and claim.queue else ""


def claim_on(case_id: UUID) -> Claim | None:
    """The claim on the case that hasn't ended, with its queue; run out or not."""
    return Claim.objects.filter(case=case_id, ended_at=None).select_related("queue").first()
