"""Pages of the log: searching it, and taking entries out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from audit.models import Entry
from audit.rules import declared
from common.paging import page_of
from insights.forms import read_page_search
from insights.rules.sentences import Sentence, details, sentence
from insights.selectors import audit_trail
from insights.selectors.audit_trail import Sought
from insights.services import exporting
from insights.views.door import actor_of
from staff.permissions import Permission

_KINDS = (
    ("", _("everything")),
    ("decision.", _("decisions")),
    ("enforcement.", _("platform")),
    ("case.viewed", _("who looked")),
    ("flag.", _("flags")),
    ("case.", _("cases")),
    ("batch.", _("batches")),
    ("person.", _("people")),
)
_LINKED = frozenset({"case", "account", "decision", "flag", "enforcement", "definition", "statistic"})
_FIELDS = ("account", "actor", "case", "action", "since", "until")


@dataclass(frozen=True)
class Line:
    """An entry in words, with what it links to: the case's id, and the account as the log names it."""

    entry: Entry
    sentence: Sentence
    case: str
    account: str
    others: list[str]
    details: list[tuple[str, str]]

    @property
    def account_query(self) -> str:
        """The query string that seeks this account."""
        return urlencode({"account": self.account})


@dataclass(frozen=True)
class Day:
    """The entries of one day (UTC)."""

    day: date
    lines: list[Line]


@require_GET
def audit_list(request: HttpRequest) -> HttpResponse:
    """Entries that fit the search, newest first, fifty at a time."""
    actor, sought = actor_of(request), _sought(request.GET.dict())
    page = page_of(
        audit_trail.entries_for(actor, sought),
        lambda rows: _lines(audit_trail.shown_to(actor, rows)),
        cursor=request.GET.get("cursor"),
        size=None,
    )
    context = {
        "days": _days(page.results),
        "next": page.next,
        "kinds": [(code, label, code == sought.action) for code, label in _KINDS],
        "actions": audit_trail.actions(),
        "asked": {name: request.GET.get(name, "") for name in _FIELDS},
        "asked_cursor": request.GET.get("cursor", ""),
        "looked": audit_trail.who_looked(actor, sought),
        "sees_cases": Permission.SEE_CASES in actor.may,
    }
    return render(request, "insights/audit_list.html", context)


@require_POST
def audit_export(request: HttpRequest) -> HttpResponse:
    """The entries that fit the search, as an NDJSON file; the log says who took them."""
    params = {name: request.POST.get(name, "") for name in _FIELDS}
    body = exporting.export_entries(actor_of(request), _sought(params))
    answer = HttpResponse(body, content_type="application/x-ndjson")
    answer["Content-Disposition"] = 'attachment; filename="audit.ndjson"'
    return answer


def _sought(params: dict[str, str]) -> Sought:
    sought, account = read_page_search(params)
    return replace(sought, any_of=audit_trail.account_subjects(account))


def _lines(rows: Sequence[Entry]) -> list[Line]:
    return [_line(row) for row in rows]


def _line(row: Entry) -> Line:
    known = declared().get(row.action)
    named = [subject.partition(":")[::2] for subject in row.subjects]
    return Line(
        entry=row,
        sentence=sentence(row.action, known.meaning if known else row.action, row.detail),
        case=next((key for kind, key in named if kind == "case"), ""),
        account=next((key for kind, key in named if kind == "account"), ""),
        others=[f"{kind} {key}" for kind, key in named if kind not in _LINKED],
        details=details(row.detail),
    )


def _days(lines: list[Line]) -> list[Day]:
    days: list[Day] = []
    for line in lines:
        on = _utc_day(line.entry.recorded_at)
        if not days or days[-1].day != on:
            days.append(Day(on, []))
        days[-1].lines.append(line)
    return days


def _utc_day(at: datetime) -> date:
    return at.date()
