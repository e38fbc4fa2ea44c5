"""Fetching: what a platform's users reported there is asked for, within what the platform may be asked."""

import logging

from django.utils.translation import gettext

from accounts.models import Platform
from takedowns.connectors import known_connector
from takedowns.connectors.reports import CannotTell, Pulled, TellsReports
from takedowns.services import limits

log = logging.getLogger(__name__)


def tells_reports(platform: Platform) -> bool:
    """Whether the platform's reports can be asked for."""
    return _connector(platform) is not None


def _connector(platform: Platform) -> TellsReports | None:
    found: object = known_connector(platform)
    return found if isinstance(found, TellsReports) else None


def fetch_reports(platform: Platform, cursor: str) -> Pulled:
    """The reports after `cursor`, oldest first. Takes up to a few of the connector's time-outs; for workers alone.

    Raises CannotTell with a few words on why, also when the platform is to be left alone for now.
    """
    connector = _connector(platform)
    if connector is None:
        raise CannotTell(gettext("This platform's reports can't be asked for."))
    if seconds := limits.paused_seconds(platform.pk):
        raise CannotTell(gettext("The platform asked us to wait."), seconds)
    if not limits.take(platform.pk, requests_per_minute=platform.requests_per_minute, wanted=1):
        raise CannotTell(gettext("The platform is asked as often as it may be already."), 1.0)
    try:
        return connector.pull_reports(cursor)
    except CannotTell as refusal:
        limits.pause(platform.pk, refusal.retry_after_seconds)
        raise
    except Exception as error:
        log.exception("The connector of %s failed to pull reports.", platform.slug)
        raise CannotTell(f"{type(error).__name__}: {error}"[:500]) from error
