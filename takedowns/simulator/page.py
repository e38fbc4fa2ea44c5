"""The platform's page: totals, accounts, what took effect last, and the switches for the faults."""

from datetime import UTC, datetime
from html import escape
from pathlib import Path
from string import Template
from typing import Final
from urllib.parse import quote, urlencode

from common import unseen
from takedowns.simulator.accounts import Account, Accounts, Effect, Stats
from takedowns.simulator.faults import LONGEST_LATE_SECONDS, LONGEST_LATENCY_MS, Faults

PAGE_SIZE: Final = 50
_STATES: Final = {"": "All", "suspended": "Suspended", "active": "Active"}
_SWITCHES: Final = (
    ("too_many_percent", "Answer 429 with Retry-After", "%", 100),
    ("retry_after_seconds", "… asking for a pause of", "s", 3600),
    ("error_percent", "Answer 500, nothing done", "%", 100),
    ("late_percent", "Apply after the client gave up", "%", 100),
    ("late_within_seconds", "… at the latest after", "s", LONGEST_LATE_SECONDS),
    ("drop_percent", "Cut the connection", "%", 100),
    ("latency_percent", "Answer slowly", "%", 100),
    ("latency_ms", "… after about", "ms", LONGEST_LATENCY_MS),
)
_PAGE: Final = Template((Path(__file__).parent / "static" / "page.html").read_text())


def render(accounts: Accounts, faults: Faults, query: dict[str, str], error: str) -> str:
    """The page as HTML. Takes the query `q` (part of an id), `state` and `page` (from 0)."""
    like, state = query.get("q", ""), query.get("state", "")
    state = state if state in _STATES else ""
    number = int(query["page"]) if query.get("page", "").isdecimal() else 0
    found = accounts.newest(like=like, state=state, limit=PAGE_SIZE + 1, offset=number * PAGE_SIZE)
    return _PAGE.substitute(
        figures=_figures(accounts.stats()),
        like=escape(like),
        state=escape(state),
        states="".join(_chip(key, label, like, state) for key, label in _STATES.items()),
        accounts="".join(map(_account, found[:PAGE_SIZE])) or _nothing(5, "No account to show."),
        paging=_paging(like, state, number, has_more=len(found) > PAGE_SIZE),
        effects="".join(map(_effect, accounts.last_effects())) or _nothing(3, "Nothing has taken effect yet."),
        switches="".join(_switch(faults, *switch) for switch in _SWITCHES),
        faults_state=_mark("warn", "Faults are on") if faults.are_on else _mark("good", "Faults are off"),
        error=f'<p class="notice notice-bad" role="alert">{escape(error)}</p>' if error else "",
    )


def _figures(stats: Stats) -> str:
    shown = (
        ("accounts", "Accounts asked about", stats.accounts),
        ("suspended", "Suspended now", stats.suspended),
        ("suspensions", "Suspensions that took effect", stats.suspensions),
        ("reinstatements", "Reinstatements that took effect", stats.reinstatements),
        ("requests", "Requests to change one", stats.requests),
    )
    return "".join(f'<div><dt>{label}</dt><dd data-figure="{key}">{value:,}</dd></div>' for key, label, value in shown)


def _mark(tone: str, words: str) -> str:
    return f'<span class="state state-{tone}">{words}</span>'


def _state(state: str) -> str:
    return _mark("bad", "⊘ Suspended") if state == "suspended" else _mark("good", "✓ Active")


def _account(account: Account) -> str:
    return (
        f'<tr data-account="{escape(account.external_id)}" data-state="{account.state}"><th scope="row">'
        f"<bdi>{_evident(account.external_id)}</bdi></th><td>{_state(account.state)}</td>"
        f'<td class="num">{account.suspensions:,}</td><td class="num">{account.reinstatements:,}</td>'
        f'<td class="num lo">{account.requests:,}</td></tr>'
    )


def _effect(effect: Effect) -> str:
    at = datetime.fromtimestamp(effect.at, UTC)
    late = ' <span class="tag tag-flag">after the client gave up</span>' if effect.was_late else ""
    done = "Suspended" if effect.kind == "suspend" else "Reinstated"
    return (
        f'<tr><td><time datetime="{at.isoformat()}">{at:%H:%M:%S}</time></td><td>{done}{late}</td>'
        f"<td><bdi>{_evident(effect.external_id)}</bdi></td></tr>"
    )


def _evident(text: str) -> str:
    """`text` as HTML; what the page would hide, or what would turn its words around, stands there by its code."""
    return "".join(
        f'<span class="unseen" title="{escape(unseen.name(piece))}">{unseen.code(piece)}</span>'
        if hidden
        else escape(piece)
        for piece, hidden in unseen.parts(text)
    )


def _nothing(columns: int, words: str) -> str:
    return f'<tr><td colspan="{columns}" class="empty">{words}</td></tr>'


def _chip(key: str, label: str, like: str, chosen: str) -> str:
    current = ' aria-current="true"' if key == chosen else ""
    return f'<a class="chip" href="{_address(like, key, 0)}"{current}>{label}</a>'


def _paging(like: str, state: str, number: int, *, has_more: bool) -> str:
    links = []
    if number:
        links.append(f'<a class="btn btn-sm" href="{_address(like, state, number - 1)}">Newer</a>')
    if has_more:
        links.append(f'<a class="btn btn-sm" href="{_address(like, state, number + 1)}">Older</a>')
    return f'<nav class="panel-foot row" aria-label="Pages">{"".join(links)}</nav>' if links else ""


def _address(like: str, state: str, number: int) -> str:
    asked = {"q": like, "state": state, "page": number or ""}
    query = urlencode({name: value for name, value in asked.items() if value}, quote_via=quote)
    return escape(f"/?{query}" if query else "/")


def _switch(faults: Faults, name: str, label: str, unit: str, most: float) -> str:
    value = f"{getattr(faults, name):g}"
    return (
        f'<label class="switch"><span>{label}</span><input type="number" name="{name}" value="{value}" min="0"'
        f' max="{most:g}" step="any" inputmode="decimal" required><span class="unit">{unit}</span></label>'
    )
