"""The case page's words: times left, who flagged which post, each policy with its ladder."""

import json
from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common import clock
from common.languages import language_name
from reviews.choices import STANDING, FlagState, Outcome
from reviews.models import Flag, Policy, Source
from reviews.rules import precision
from reviews.rules.ladder import FOR_GOOD, end_of, proposed_days
from reviews.selectors import orders
from reviews.selectors.cases import CaseView
from reviews.selectors.evidence import PostView
from reviews.selectors.linked import Linked
from reviews.templatetags.review import ladder_step
from reviews.views.followers import FollowersCurve, curve

LEAST_FIRST, MOST_FIRST = 3, 5  # policies that stand open; the others are one click away, their keys work after it


@dataclass(frozen=True, slots=True)
class FlagShown:
    """A flag, how often its source is right (a share), from how many decided flags that is known, whether it is a
    trusted flagger's, and whether it came since the person looked."""

    flag: Flag
    precision: float
    decided: int
    is_trusted: bool
    is_new: bool


@dataclass(frozen=True, slots=True)
class PostShown:
    """A post and the sources whose flags rest on it; whether only flags that came since rest on it; whether it is
    hidden until asked for."""

    view: PostView
    flagged_by: list[Source]
    is_new: bool
    is_veiled: bool

    @property
    def ids_json(self) -> str:
        """The external ids of the post and of those folded into it, as a JSON array."""
        return json.dumps(self.view.ids)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a ladder: days (0 for good), and the two halves of the summary's sentence."""

    days: int
    words: str
    until: str


@dataclass(frozen=True, slots=True)
class Reasons:
    """Texts to start a reason from, in one language: its tag and its name."""

    language: str
    name: str
    texts: list[str]


@dataclass(frozen=True, slots=True)
class PolicyShown:
    """A policy to pick: how many open flags claim it, its steps with the proposed one, the reason for a keep, and the
    texts to start from, the person's language first."""

    policy: Policy
    flags: int
    proposed_days: int
    steps: list[Step]
    keep_reason: str
    reasons: list[Reasons]


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
    linked: Linked
    new_flags: int
    flags: list[FlagShown]
    posts: list[PostShown]
    asked_for: list[str]
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
    def flagged_ids(self) -> str:
        """The external ids of the flagged posts shown, as a JSON array: what a suspension has to rest on."""
        return json.dumps([post.view.post.external_id for post in self.posts if post.view.is_flagged])

    @property
    def seen_ids(self) -> str:
        """The external ids of posts that were shown because the person asked for them, as a JSON array."""
        return json.dumps(self.asked_for)

    @property
    def flagged_posts(self) -> int:
        """How many of the posts shown a flag rests on."""
        return sum(bool(post.flagged_by) for post in self.posts)


def words_for(page: CaseView, *, is_mine: bool, links: Linked, since: int | None = None, show: str = "") -> CaseWords:
    """The words of `page` at this moment. `since`: which version of the evidence the person saw before; `show`: the
    number of the post that was asked for, or "all"."""
    now = clock.now()
    due = round((page.case.due_at - now).total_seconds())
    left = round((page.claim.expires_at - now).total_seconds()) if page.claim else 0
    counts = Counter(flag.policy_id for flag in page.flags if flag.state == FlagState.OPEN)
    strikes = sum(row.outcome == Outcome.SUSPEND and row.state in STANDING for row in page.decisions)
    policies = [_policy(policy, counts[policy.pk], strikes) for policy in page.policies]
    posts = posts_shown(page.flags, page.posts, is_veiled=page.is_veiled, since=since, show=show)
    asked_for = [one for post in posts if page.is_veiled and not post.is_veiled for one in post.view.ids]
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
        linked=links,
        new_flags=sum(_is_new(flag, since) for flag in page.flags),
        flags=[_flag(flag, page.trusted, since) for flag in page.flags],
        posts=posts,
        asked_for=asked_for,
        first_policies=policies[:first],
        other_policies=policies[first:],
    )


def _is_new(flag: Flag, since: int | None) -> bool:
    return since is not None and flag.evidence_version > since


def _flag(flag: Flag, trusted: frozenset[UUID], since: int | None) -> FlagShown:
    source = flag.source
    return FlagShown(
        flag=flag,
        precision=precision.mean(source.agreed, source.disagreed),
        decided=source.agreed + source.disagreed,
        is_trusted=flag.pk in trusted,
        is_new=_is_new(flag, since),
    )


def _second_person(page: CaseView) -> str:
    """Whose approval a suspension needs, in words; "" when it needs nobody's."""
    if not page.second.needs:
        return ""
    return _("a supervisor") if page.second.supervisor else _("another person")


def posts_shown(
    flags: list[Flag], posts: list[PostView], *, is_veiled: bool, since: int | None = None, show: str = ""
) -> list[PostShown]:
    """The posts with whose flags rest on each. `show` as in `words_for`."""
    return [
        _post(flags, view, since, is_veiled=is_veiled and show not in ("all", str(number)))
        for number, view in enumerate(posts, 1)
    ]


def _post(flags: list[Flag], view: PostView, since: int | None, *, is_veiled: bool) -> PostShown:
    resting = [flag for flag in flags if view.post.external_id in flag.evidence]
    return PostShown(
        view=view,
        flagged_by=[flag.source for flag in resting],
        is_new=bool(resting) and all(_is_new(flag, since) for flag in resting),
        is_veiled=is_veiled,
    )


def _policy(policy: Policy, flags: int, strikes: int) -> PolicyShown:
    keep = _("We looked at what was reported under “%(policy)s” and found no breach of it.")
    return PolicyShown(
        policy=policy,
        flags=flags,
        proposed_days=proposed_days(policy.ladder, strikes),
        steps=[_step(days) for days in dict.fromkeys([*policy.ladder, FOR_GOOD])],
        keep_reason=keep % {"policy": policy.title},
        reasons=_reasons(policy),
    )


def _reasons(policy: Policy) -> list[Reasons]:
    """The policy's texts by language. Those in no named language are the installation's own."""
    mine = get_language() or ""
    own = Reasons(settings.LANGUAGE_CODE, language_name(settings.LANGUAGE_CODE), policy.reasons)
    others = [Reasons(tag, language_name(tag), texts) for tag, texts in sorted(policy.reasons_by_language.items())]
    found = [group for group in (own, *others) if group.texts]
    return sorted(found, key=lambda group: group.language.partition("-")[0] != mine.partition("-")[0])


def _step(days: int) -> Step:
    ends = end_of(days, clock.now())
    if ends is None:
        return Step(days, _("for good"), "")
    until = _("until %(day)s") % {"day": date_format(ends, "j F Y")}
    return Step(days, _("for %(length)s") % {"length": ladder_step(days)}, until)
