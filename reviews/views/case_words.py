"""The case page's words: times left, who flagged which post, each policy with its ladder."""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from common import clock
from reviews.choices import FlagState
from reviews.models import Flag, Policy, Source
from reviews.rules import precision
from reviews.rules.ladder import FOR_GOOD, end_of, proposed_days
from reviews.selectors import orders
from reviews.selectors.cases import CaseView, PostView
from reviews.selectors.linked import SharedText
from reviews.templatetags.review import ladder_step
from reviews.views.followers import FollowersCurve, curve

LEAST_FIRST, MOST_FIRST = 3, 5  # policies that stand open; the others are one click away, their keys work after it


@dataclass(frozen=True, slots=True)
class FlagShown:
    """A flag, how often its source is right (a share), from how many decided flags that is known, and whether it is a
    trusted flagger's."""

    flag: Flag
    precision: float
    decided: int
    is_trusted: bool


@dataclass(frozen=True, slots=True)
class PostShown:
    """A post and the sources whose flags rest on it."""

    view: PostView
    flagged_by: list[Source]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a ladder: days (0 for good), and the two halves of the summary's sentence."""

    days: int
    words: str
    until: str


@dataclass(frozen=True, slots=True)
class PolicyShown:
    """A policy to pick: how many open flags claim it, its steps with the proposed one, and the reason for a keep."""

    policy: Policy
    flags: int
    proposed_days: int
    steps: list[Step]
    keep_reason: str


@dataclass(frozen=True, slots=True)
class CaseWords:
    """What the case page's templates say beyond the rows themselves. Seconds are whole."""

    is_mine: bool
    second_person: str
    clock_paused: bool
    due_in: int
    due_ago: int
    lease_left: int
    lease_total: int
    undo_seconds: int
    strike_number: int
    followers: FollowersCurve
    shared_text: SharedText
    flags: list[FlagShown]
    posts: list[PostShown]
    first_policies: list[PolicyShown]
    other_policies: list[PolicyShown]

    @property
    def policies(self) -> list[PolicyShown]:
        """All of them, in the order of their keys."""
        return [*self.first_policies, *self.other_policies]

    @property
    def first_count(self) -> int:
        """How many policies stand open."""
        return len(self.first_policies)

    @property
    def flagged_posts(self) -> int:
        """How many of the posts shown a flag rests on."""
        return sum(bool(post.flagged_by) for post in self.posts)


def words_for(page: CaseView, *, is_mine: bool, strikes: int, shared: SharedText) -> CaseWords:
    """The words of `page` at this moment. `strikes`: suspensions of ours that have stood on the account."""
    now = clock.now()
    due = round((page.case.due_at - now).total_seconds())
    left = round((page.claim.expires_at - now).total_seconds()) if page.claim else 0
    counts = Counter(flag.policy_id for flag in page.flags if flag.state == FlagState.OPEN)
    policies = [_policy(policy, counts[policy.pk], strikes) for policy in page.policies]
    first = min(MOST_FIRST, max(LEAST_FIRST, sum(policy.flags > 0 for policy in policies)))
    return CaseWords(
        is_mine=is_mine,
        second_person=_second_person(page),
        clock_paused=page.case.legal_deadline_at is not None and orders.is_paused(page.case),
        due_in=max(0, due),
        due_ago=max(0, -due),
        lease_left=max(0, left),
        lease_total=settings.CASELOAD["LEASE_SECONDS"],
        undo_seconds=0 if page.case.legal_deadline_at else settings.CASELOAD["UNDO_SECONDS"],
        strike_number=strikes + 1,
        followers=curve(page.followers_by_month),
        shared_text=shared,
        flags=[_flag(flag, page.trusted) for flag in page.flags],
        posts=[PostShown(view, _flaggers(page.flags, view)) for view in page.posts],
        first_policies=policies[:first],
        other_policies=policies[first:],
    )


def _flag(flag: Flag, trusted: frozenset[UUID]) -> FlagShown:
    source = flag.source
    return FlagShown(
        flag=flag,
        precision=precision.mean(source.agreed, source.disagreed),
        decided=source.agreed + source.disagreed,
        is_trusted=flag.pk in trusted,
    )


def _second_person(page: CaseView) -> str:
    """Whose approval a suspension needs, in words; "" when it needs nobody's."""
    if not page.second.needs:
        return ""
    return _("a supervisor") if page.second.supervisor else _("another person")


def _flaggers(flags: list[Flag], view: PostView) -> list[Source]:
    return [flag.source for flag in flags if view.post.external_id in flag.evidence]


def _policy(policy: Policy, flags: int, strikes: int) -> PolicyShown:
    keep = _("We looked at what was reported under “%(policy)s” and found no breach of it.")
    return PolicyShown(
        policy=policy,
        flags=flags,
        proposed_days=proposed_days(policy.ladder, strikes),
        steps=[_step(days) for days in dict.fromkeys([*policy.ladder, FOR_GOOD])],
        keep_reason=keep % {"policy": policy.title},
    )


def _step(days: int) -> Step:
    ends = end_of(days, clock.now())
    if ends is None:
        return Step(days, _("for good"), "")
    until = _("until %(day)s") % {"day": date_format(ends, "j F Y")}
    return Step(days, _("for %(length)s") % {"length": ladder_step(days)}, until)
