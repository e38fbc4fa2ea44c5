"""The filters of the list of cases, as conditions on rows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Account, Platform
from common.errors import Invalid
from reviews.choices import STANDING, CaseState
from reviews.models import Case, Claim, Decision, Policy
from reviews.rules import finding
from reviews.rules.finding import Asked
from reviews.selectors import case_search, cases
from staff.actors import Actor
from staff.models import User


@dataclass(frozen=True, slots=True)
class Found:
    """The cases that fit, in no order and whatever their state; the states that they may be in; whether nothing but the
    state restricts them; whether they are few, and whether words were sought that many cases hold."""

    rows: QuerySet[Case]
    states: tuple[str, ...]
    is_plain: bool = False
    is_narrow: bool = False
    is_dense: bool = False

    @property
    def in_states(self) -> QuerySet[Case]:
        """The cases in these states."""
        return self.narrowed(self.rows)

    def narrowed(self, rows: QuerySet[Case]) -> QuerySet[Case]:
        """Those of `rows` that are in these states. All states are no condition: the planner estimates that better."""
        return rows if len(self.states) == len(CaseState) else rows.filter(state__in=self.states)


def found(actor: Actor, asked: Asked, *, at: datetime) -> Found:
    """The cases that the actor may see and that fit what is asked, at `at`.

    Raises NotAllowed, and Invalid for a policy, a platform or a person that there is none of.
    """
    condition = Q()
    for name in asked.filters:
        if name in _CONDITIONS:
            condition &= _CONDITIONS[name](asked)
    if asked.is_past_due:
        condition &= Q(due_at__lt=at)
    if asked.holder:
        condition &= _held(actor, asked.holder, at)
    rows, states = cases.cases_visible_to(actor), finding.states_of(asked)
    if not asked.words:
        is_plain = not {*asked.filters} - {"states"}
        return Found(rows.filter(condition), states, is_plain=is_plain, is_narrow=bool(asked.holder))
    match = case_search.matching(asked.words)
    is_narrow = match.is_narrow or bool(asked.holder)
    return Found(rows.filter(condition, match.condition), states, is_narrow=is_narrow, is_dense=not match.is_narrow)


def _policies(asked: Asked) -> Q:
    known = dict(Policy.objects.values_list("code", "pk"))
    return Q(policy__in=_known(asked.policies, known, "policy"))


def _severities(asked: Asked) -> Q:
    return Q(policy__in=[*Policy.objects.filter(severity__in=asked.severities).values_list("pk", flat=True)])


def _platforms(asked: Asked) -> Q:
    known = dict(Platform.objects.values_list("slug", "pk"))
    return Q(platform__in=_known(asked.platforms, known, "platform"))


def _languages(asked: Asked) -> Q:
    """A language that isn't known is asked for as "und"."""
    return Q(language__in=[tag for said in asked.languages for tag in ((said, "") if said == "und" else (said,))])


def _followers(asked: Asked) -> Q:
    """Where followers aren't known, they are in no range."""
    condition = Q(followers_order__gte=asked.followers_from or 0)
    return condition if asked.followers_to is None else condition & Q(followers_order__lte=asked.followers_to)


def _opened(asked: Asked) -> Q:
    first, end = finding.instants_of(asked)
    condition = Q(opened_at__gte=first) if first else Q()
    return condition & Q(opened_at__lt=end) if end else condition


def _outcome(asked: Asked) -> Q:
    standing = Decision.objects.filter(case=OuterRef("pk"), state__in=STANDING, outcome=asked.outcome)
    return Q(Exists(standing))


def _held(actor: Actor, holder: str, at: datetime) -> Q:
    if holder == finding.ME:
        person = actor.person()
    elif not (person := User.objects.filter(username=holder).first()):  # type: ignore[assignment]
        raise Invalid(
            _("holder: nobody is called %(holder)s.") % {"holder": repr(holder)}, fields={"holder": _("not known")}
        )
    live = Claim.objects.filter(holder=person, ended_at=None, expires_at__gt=at)
    return Q(pk__in=live.values("case"))


def _known(wanted: Iterable[str], known: dict[str, UUID], field: str) -> list[UUID]:
    if unknown := [name for name in wanted if name not in known]:
        raise Invalid(
            _("%(field)s: %(unknown)s is not known.") % {"field": field, "unknown": repr(unknown[0])},
            fields={field: _("not known")},
        )
    return [known[name] for name in wanted]


_CONDITIONS: Final[dict[str, Callable[[Asked], Any]]] = {
    "policies": _policies,
    "severities": _severities,
    "languages": _languages,
    "platforms": _platforms,
    "source_kinds": lambda asked: Q(source_kinds__overlap=list(asked.source_kinds)),
    "protected": lambda asked: Q(account__in=Account.objects.filter(protected_class__in=asked.protected)),
    "followers_from": _followers,
    "followers_to": _followers,
    "opened_from": _opened,
    "opened_to": _opened,
    "outcome": _outcome,
}
