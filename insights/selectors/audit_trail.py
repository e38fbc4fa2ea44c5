"""The log as auditors read it: who may, what is sought, and accounts by the name a person types."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Count, Max, QuerySet
from django.utils.translation import gettext

from accounts.models import Account
from accounts.selectors.accounts import meant_by
from audit.models import Entry
from audit.rules import declared
from audit.selectors.entries import entries
from audit.services import subject
from reviews.models import Case
from reviews.selectors.lanes import clearances_of, hidden_accounts
from staff.actors import Actor
from staff.choices import CLEARANCES
from staff.permissions import Permission

_MOST_ACCOUNTS = 20
# these say nothing of the material, but that it is there
_TOLD = frozenset({"case.restricted", "restriction.acknowledged", "restriction.mailed", "case.viewed", "case.opened"})


@dataclass(frozen=True, kw_only=True)
class Sought:
    """What is sought: entries about all of `subjects` and any of `any_of`, by `actor` (its key in the log), with
    `action` (a code, or a prefix ending in a dot), in [since, until)."""

    subjects: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    actor: str = ""
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def in_words(self) -> dict[str, str]:
        """What was sought, for the log itself."""
        said = {
            "subject": " ".join((*self.subjects, *self.any_of)),
            "actor": self.actor,
            "action": self.action,
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
        }
        return {name: value for name, value in said.items() if value}


@dataclass(frozen=True)
class Looker:
    """Somebody who opened a case of what is sought, how often, and when last."""

    label: str
    times: int
    last_at: datetime


def entries_for(actor: Actor, sought: Sought) -> QuerySet[Entry]:
    """The entries sought, newest first. Raises NotAllowed."""
    actor.require(Permission.SEE_AUDIT)
    found = entries(
        subjects=list(sought.subjects),
        actor=sought.actor,
        action=sought.action,
        since=sought.since,
        until=sought.until,
    )
    return found.filter(subjects__overlap=list(sought.any_of)) if sought.any_of else found


def shown_to(actor: Actor, rows: Sequence[Entry]) -> Sequence[Entry]:
    """`rows` as the actor may read them: that something was done with restricted material, when and by whom, but not
    what was said of it, for those who aren't cleared. What the log itself holds stays as it is."""
    held = clearances_of(actor)
    hidden = hidden_accounts(held)
    if not rows or {*CLEARANCES} <= {*held} or not hidden.exists():
        return rows
    names = _names_of(hidden, {name for row in rows for name in row.subjects})
    for row in rows:
        if row.action not in _TOLD and not names.isdisjoint(row.subjects):
            row.detail = {"withheld": True}
    return rows


def _names_of(hidden: QuerySet[Account], subjects: Collection[str]) -> set[str]:
    """Those of `subjects` that are one of these accounts, or a case of one."""
    kinds: dict[str, list[str]] = defaultdict(list)
    for name in subjects:
        kind, _, key = name.partition(":")
        kinds[kind].append(key)
    cases = Case.objects.filter(pk__in=kinds["case"], account__in=hidden).values_list("pk", flat=True)
    external_ids = [key.partition("/")[2] for key in kinds["account"]]
    known = hidden.filter(external_id__in=external_ids).values_list("platform__slug", "external_id")
    return {subject("case", pk) for pk in cases} | {subject("account", f"{slug}/{key}") for slug, key in known}


def who_looked(actor: Actor, sought: Sought) -> list[Looker]:
    """Who opened the cases sought, most often first; asked only for given subjects, since else it is everybody."""
    if not (sought.subjects or sought.any_of):
        return []
    seen = entries_for(actor, replace(sought, action="case.viewed")).order_by()
    counted = seen.values("actor_label").annotate(times=Count("id"), last_at=Max("recorded_at"))
    return [
        Looker(one["actor_label"], one["times"], one["last_at"]) for one in counted.order_by("-times", "actor_label")
    ]


def account_subjects(typed: str) -> tuple[str, ...]:
    """How the log names the accounts that somebody means by a handle, an external id, or platform/external id.

    Two accounts may bear one handle: both are meant. What is no account of ours is sought as it was typed.
    """
    if not typed:
        return ()
    found = meant_by(typed).values_list("platform__slug", "external_id")[:_MOST_ACCOUNTS]
    named = tuple(subject("account", f"{slug}/{key}") for slug, key in found)
    return named or (subject("account", typed.removeprefix("@")),)


def actions() -> list[tuple[str, str]]:
    """Every action that can be recorded: its code and what it means."""
    return [(code, gettext(action.meaning)) for code, action in declared().items()]
