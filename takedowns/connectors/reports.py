"""What users of a platform report there, for connectors that can be asked for it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedPost:
    """The post that a report rests on."""

    external_id: str
    text: str
    posted_at: datetime | None = None
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One user's word on another. `id` is unique among all reports of the platform, and stays the same; what is told of
    one report is the same each time. `reporter` is who reported, as the platform names them."""

    id: str
    external_id: str
    handle: str
    reporter: str
    reason: str
    reported_at: datetime
    posts: tuple[ReportedPost, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """Some reports, oldest first, and where to go on from. `is_last`: there are no more for now."""

    reports: tuple[Report, ...]
    cursor: str
    is_last: bool


class CannotTell(Exception):
    """The platform gave no reports, and why. `retry_after_seconds` is for how long it wants to be left alone."""

    def __init__(self, why: str, retry_after_seconds: float = 0.0) -> None:
        super().__init__(why)
        self.why, self.retry_after_seconds = why, retry_after_seconds


@runtime_checkable
class TellsReports(Protocol):
    """A connector whose platform has a queue of reports."""

    def pull_reports(self, cursor: str) -> Pulled:
        """The reports after `cursor` (empty: from the first), some of which may have been told before. Changes nothing
        there. Raises CannotTell."""
        ...
