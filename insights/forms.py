"""The shape of what is asked of statistics and of the log, from a query string. Syntax only."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final, TypeVar
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.errors import Invalid
from insights.choices import TopicSource
from insights.rules import periods
from insights.selectors.answers import Asked
from insights.selectors.audit_trail import Sought

Value = TypeVar("Value")
STATISTIC_FIELDS: Final = ("from", "to", "group_by", "topic", "platform", "source", "compare_from", "compare_to")
AUDIT_FIELDS: Final = ("subject", "actor", "action", "since", "until")
_PERIOD = gettext_noop("give a day (2015-07-31) or a month (2015-07)")
_INSTANT = gettext_noop("give a day (2015-07-31) or an instant with its offset (2015-07-31T12:00:00Z)")
_CASE = gettext_noop("give the id of a case")
_DAY_LENGTH = 10


def read_question(params: Mapping[str, str]) -> Asked:
    """What is asked of a statistic. `group_by` is comma-separated; "total" asks for no grouping.

    Raises Invalid naming each unknown or malformed field.
    """
    _refuse_unknown(params, STATISTIC_FIELDS)
    group_by = params.get("group_by", "")
    return Asked(
        start=_parsed(params, "from", periods.parse_start, _PERIOD),
        end=_parsed(params, "to", periods.parse_end, _PERIOD),
        group_by=_grouping(group_by) if group_by else None,
        topic=params.get("topic", ""),
        platform=params.get("platform", ""),
        source=_source(params.get("source", "")),
        compare_start=_parsed(params, "compare_from", periods.parse_start, _PERIOD),
        compare_end=_parsed(params, "compare_to", periods.parse_end, _PERIOD),
    )


def read_search(params: Mapping[str, str]) -> Sought:
    """What is sought in the log, by the API: exact subject and actor as the log names them.

    Raises Invalid naming each unknown or malformed field.
    """
    _refuse_unknown(params, (*AUDIT_FIELDS, "cursor", "page_size"))
    subject = params.get("subject", "")
    return Sought(
        subjects=(subject,) if subject else (),
        actor=params.get("actor", ""),
        action=params.get("action", ""),
        since=_parsed(params, "since", _instant, _INSTANT),
        until=_parsed(params, "until", _instant, _INSTANT),
    )


def read_page_search(params: Mapping[str, str]) -> tuple[Sought, str]:
    """What is sought on the page, and the account in words as typed: a username, a case's id, whole days.

    Raises Invalid naming each malformed field.
    """
    _refuse_nul(params)
    username, case = params.get("actor", "").strip(), params.get("case", "").strip()
    until = _parsed(params, "until", _instant, _INSTANT)
    found = Sought(
        subjects=(f"case:{_parsed(params, 'case', UUID, _CASE)}",) if case else (),
        actor=username if ":" in username or not username else f"person:{username}",
        action=params.get("action", ""),
        since=_parsed(params, "since", _instant, _INSTANT),
        until=until + timedelta(days=1) if until and len(params["until"]) == _DAY_LENGTH else until,
    )
    return found, params.get("account", "").strip()


def _grouping(text: str) -> tuple[str, ...]:
    return () if text == "total" else tuple(part.strip() for part in text.split(","))


def _source(text: str) -> str:
    if text and text not in TopicSource.values:
        raise Invalid(_("source: give observations or tallies."), fields={"source": _("not known")})
    return text


def _instant(text: str) -> datetime:
    if len(text) == _DAY_LENGTH:
        day = date.fromisoformat(text)
        return datetime(day.year, day.month, day.day, tzinfo=UTC)
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("no offset")
    return found.astimezone(UTC)


def _parsed(params: Mapping[str, str], name: str, parse: Callable[[str], Value], hint: str) -> Value | None:
    text = params.get(name, "").strip()
    if not text:
        return None
    try:
        return parse(text)
    except (ValueError, OverflowError):
        raise Invalid(f"{name}: {_(hint)}.", fields={name: _(hint)}) from None


def _refuse_unknown(params: Mapping[str, str], known: tuple[str, ...]) -> None:
    _refuse_nul(params)
    unknown = [name for name in params if name not in known]
    if unknown:
        fields = dict.fromkeys(unknown, _("unknown field"))
        raise Invalid(
            _("%(unknown)s: not known here. Known: %(known)s.")
            % {"unknown": ", ".join(unknown), "known": ", ".join(known)},
            fields=fields,
        )


def _refuse_nul(params: Mapping[str, str]) -> None:
    if bad := [name for name in params if "\0" in params[name]]:
        raise Invalid(
            _("%(bad)s: holds a NUL character.") % {"bad": bad[0]}, fields={bad[0]: _("holds a NUL character")}
        )
