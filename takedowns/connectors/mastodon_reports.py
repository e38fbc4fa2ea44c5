"""What a Mastodon server was told by its users: the reports that its moderators have open."""

from datetime import datetime
from html.parser import HTMLParser
from http import HTTPStatus
from typing import Any, Final

from takedowns.connectors.calls import Caller, NotSent, Unheard
from takedowns.connectors.reports import CannotTell, Pulled, Report, ReportedPost
from takedowns.connectors.steps import CREDENTIALS_PAUSE_SECONDS, list_of, said

PAGE: Final = 100


def pull(caller: Caller, cursor: str) -> Pulled:
    """See `TellsReports.pull_reports`. The cursor is the id of the last report that was told."""
    query = {"resolved": "false", "limit": str(PAGE), "min_id": cursor or "0"}
    try:
        reply = caller.call("GET", "/api/v1/admin/reports", query=query)
    except (NotSent, Unheard) as error:
        raise CannotTell(str(error)) from error
    rows = list_of(reply)
    if reply.status != HTTPStatus.OK or rows is None:
        is_refused = reply.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
        raise CannotTell(said(reply), CREDENTIALS_PAUSE_SECONDS if is_refused else reply.retry_after_seconds)
    rows.sort(key=lambda row: int(row["id"]))
    last = str(rows[-1]["id"]) if rows else cursor
    return Pulled(reports=tuple(_report(row) for row in rows), cursor=last, is_last=len(rows) < PAGE)


def _report(row: dict[str, Any]) -> Report:
    target = row["target_account"]
    shown = target.get("account") or {}
    return Report(
        id=f"report:{row['id']}",
        external_id=str(target["id"]),
        handle=str(shown.get("acct") or target.get("username") or ""),
        reporter=str((row.get("account") or {}).get("id") or ""),
        reason=": ".join(part for part in (row.get("category"), row.get("comment")) if part),
        reported_at=datetime.fromisoformat(row["created_at"]),
        posts=tuple(_post(status) for status in row.get("statuses") or []),
    )


def _post(status: dict[str, Any]) -> ReportedPost:
    return ReportedPost(
        external_id=str(status["id"]),
        text=_plain(status.get("content") or ""),
        posted_at=datetime.fromisoformat(status["created_at"]),
        url=str(status.get("url") or ""),
    )


class _Words(HTMLParser):
    """The words of a post, which comes as HTML: a line for each paragraph and line break."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("p", "br") and self.words:
            self.words.append("\n")


def _plain(html: str) -> str:
    parser = _Words()
    parser.feed(html)
    parser.close()
    return "".join(parser.words).strip()
