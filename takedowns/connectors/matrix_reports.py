"""What Synapse was told by its users: reports of users, and of messages.

Its lists are paged by offset and shrink when an administrator deletes a report. So each look begins some rows before
the place that was reached, and where none of those is known any more, at the first: what was told is told again.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final

from takedowns.connectors.calls import Caller, NotSent, Reply, Unheard
from takedowns.connectors.reports import CannotTell, Pulled, Report, ReportedPost
from takedowns.connectors.steps import CREDENTIALS_PAUSE_SECONDS, json_of, said

PAGE: Final = 100
OVERLAP: Final = 20
_STREAMS: Final = ("user_reports", "event_reports")


def pull(caller: Caller, cursor: str) -> Pulled:
    """See `TellsReports.pull_reports`."""
    places, reports, is_last = _places(cursor), [], True
    for stream in _STREAMS:
        rows, start = _rows(caller, stream, places[stream])
        seen = set(places[stream]["seen"])
        read = _READ[stream]
        reports += [read(caller, row) for row in rows if row["id"] not in seen]
        places[stream] = {"from": start + len(rows), "seen": [row["id"] for row in rows[-OVERLAP:]]}
        is_last = is_last and len(rows) < PAGE
    reports.sort(key=lambda report: (report.reported_at, report.id))
    return Pulled(reports=tuple(reports), cursor=json.dumps(places), is_last=is_last)


def _places(cursor: str) -> dict[str, dict[str, Any]]:
    """How far each stream was read: the offset that was reached, and the ids of the last rows before it."""
    with suppress(ValueError, KeyError, TypeError):
        read = {stream: json.loads(cursor)[stream] for stream in _STREAMS}
        return {stream: {"from": int(each["from"]), "seen": list(each["seen"])} for stream, each in read.items()}
    return {stream: {"from": 0, "seen": []} for stream in _STREAMS}


def _rows(caller: Caller, stream: str, place: dict[str, Any]) -> tuple[list[dict[str, Any]], int]:
    """The rows from a little before the place, or from the first when the list has shrunk by more; and the offset."""
    start = max(0, place["from"] - OVERLAP)
    rows = _page(caller, stream, start)
    if start and not {row["id"] for row in rows} & set(place["seen"]):
        start = 0
        rows = _page(caller, stream, start)
    return rows, start


def _page(caller: Caller, stream: str, start: int) -> list[dict[str, Any]]:
    query = {"from": str(start), "limit": str(PAGE), "dir": "f"}
    reply = _heard(lambda: caller.call("GET", f"/_synapse/admin/v1/{stream}", query=query))
    rows = json_of(reply).get(stream)
    if reply.status != HTTPStatus.OK or not isinstance(rows, list):
        is_refused = reply.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
        raise CannotTell(said(reply), CREDENTIALS_PAUSE_SECONDS if is_refused else reply.retry_after_seconds)
    return rows


def _heard(call: Callable[[], Reply]) -> Reply:
    try:
        return call()
    except (NotSent, Unheard) as error:
        raise CannotTell(str(error)) from error


def _user_report(caller: Caller, row: dict[str, Any]) -> Report:
    return Report(
        id=f"user:{row['id']}",
        external_id=row["target_user_id"],
        handle=_localpart(row["target_user_id"]),
        reporter=row["user_id"],
        reason=row.get("reason") or "",
        reported_at=_instant(row["received_ts"]),
    )


def _event_report(caller: Caller, row: dict[str, Any]) -> Report:
    """A report of a message, with the message where the server still has it."""
    reply = _heard(lambda: caller.call("GET", f"/_synapse/admin/v1/event_reports/{row['id']}"))
    event = json_of(reply).get("event_json") or {}
    text = (event.get("content") or {}).get("body")
    posts: tuple[ReportedPost, ...] = ()
    if isinstance(text, str) and text:
        posted_at = _instant(event["origin_server_ts"]) if isinstance(event.get("origin_server_ts"), int) else None
        posts = (ReportedPost(external_id=row["event_id"], text=text, posted_at=posted_at),)
    sender = row.get("sender") or event.get("sender") or ""
    return Report(
        id=f"event:{row['id']}",
        external_id=sender,
        handle=_localpart(sender),
        reporter=row["user_id"],
        reason=row.get("reason") or "",
        reported_at=_instant(row["received_ts"]),
        posts=posts,
    )


_READ: Final = {"user_reports": _user_report, "event_reports": _event_report}


def _localpart(user_id: str) -> str:
    return user_id.removeprefix("@").partition(":")[0]


def _instant(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
