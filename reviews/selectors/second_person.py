"""The second person, read: the rule in force, what it says of cases, and the proposals that wait."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Account
from common.errors import NotFound
from reviews.choices import OPEN_CASE, DecisionState, FlagState, Need
from reviews.models import Case, Decision, Flag, SecondPersonRule
from reviews.rules import second_person
from reviews.rules.second_person import Rule, SuspensionFacts
from reviews.selectors import lanes
from staff.actors import Actor
from staff.permissions import Permission


@dataclass(frozen=True, slots=True)
class SecondNeed:
    """Why suspending an account needs a second person (empty: it doesn't), and whether that is to be a supervisor."""

    needs: list[Need]
    supervisor: bool


def current_rule() -> Rule:
    """The rule in force."""
    newest = SecondPersonRule.objects.order_by("-set_at", "-id").first()
    return newest.rule if newest else Rule()


def rules_set(actor: Actor) -> QuerySet[SecondPersonRule]:
    """Every rule that was set, the one in force first. Raises NotAllowed."""
    actor.require(Permission.SEE_RULES)
    return SecondPersonRule.objects.select_related("set_by").order_by("-set_at", "-id")


def needed_by(accounts: Iterable[Account]) -> set[UUID]:
    """Those of the accounts whose suspension needs a second person. Two statements at most, for any number."""
    rule, rows = current_rule(), list(accounts)
    kinds: dict[UUID, set[str]] = defaultdict(set)
    if rule.governments_only:
        flags = Flag.objects.filter(account__in=[row.pk for row in rows], state=FlagState.OPEN)
        open_flags = flags.filter(case__state__in=OPEN_CASE)
        for account_id, kind in open_flags.values_list("account_id", "source__kind").distinct():
            kinds[account_id].add(kind)
    return {row.pk for row in rows if second_person.needs(rule, _facts(row, kinds[row.pk]))}


def _facts(account: Account, kinds: set[str]) -> SuspensionFacts:
    return SuspensionFacts(
        is_protected=account.is_protected,
        followers=account.followers,
        governments_only=second_person.from_governments_only(kinds),
    )


def facts_of(cases: Iterable[Case], rule: Rule) -> dict[UUID, SuspensionFacts]:
    """What the rule asks of each case's account, by case. Takes cases with their accounts; one statement, and none when
    nothing depends on who flagged."""
    rows = list(cases)
    asked = [case.pk for case in rows if rule.governments_only or case.account.is_protected]
    kinds: dict[UUID, set[str]] = defaultdict(set)
    flags = Flag.objects.filter(case__in=asked, state=FlagState.OPEN)
    for case_id, kind in flags.values_list("case_id", "source__kind").distinct() if asked else ():
        kinds[case_id].add(kind)
    return {case.pk: _facts(case.account, kinds[case.pk]) for case in rows}


def need_of(case: Case) -> SecondNeed:
    """Whether suspending the case's account needs a second person now, and whom. Takes a case with its account."""
    rule = current_rule()
    facts = facts_of([case], rule)[case.pk]
    return SecondNeed(second_person.needs(rule, facts), second_person.needs_supervisor(facts))


def proposals_visible_to(actor: Actor) -> QuerySet[Decision]:
    """Proposals that wait for a second person, the case that is due first on top. Raises NotAllowed."""
    actor.require(Permission.SEE_CASES)
    rows = Decision.objects.filter(lanes.shown_to(actor, "case__lane"), state=DecisionState.PROPOSED)
    return rows.select_related("case__account__platform", "policy", "decided_by").order_by(
        F("case__legal_deadline_at").asc(nulls_last=True), "decided_at", "pk"
    )


def get_proposal(actor: Actor, decision_id: UUID) -> Decision:
    """The decision that needs, or needed, a second person. Raises NotAllowed, NotFound."""
    actor.require(Permission.SEE_CASES)
    rows = Decision.objects.select_related("case__account__platform", "policy", "decided_by", "approver")
    found = rows.filter(lanes.shown_to(actor, "case__lane"), pk=decision_id, needs__len__gt=0).first()
    if found is None:
        raise NotFound(_("There is no proposal with this id."))
    return found


def proposal_on(case: Case) -> Decision | None:
    """The proposal that waits on the case."""
    rows = Decision.objects.select_related("decided_by", "policy")
    return rows.filter(case=case, state=DecisionState.PROPOSED).first()


def waiting_for(actor: Actor) -> int:
    """How many proposals somebody else made wait for a second person; 0 for whoever approves none."""
    if Permission.APPROVE_DECISION not in actor.may or actor.user is None:
        return 0
    return proposals_visible_to(actor).exclude(decided_by=actor.user).count()
