"""Looking: a platform is asked about one account now, within what it may be asked, and outside any transaction."""

import logging

from django.utils.translation import gettext_noop as _

from accounts.models import Account
from takedowns.choices import Standing
from takedowns.connectors import Look, known_connector
from takedowns.services import limits

log = logging.getLogger(__name__)


def look_up(account: Account) -> Look:
    """What the account's platform says of it; `unclear`, with a few words on why, when it says nothing.

    Takes an account with its platform. Takes up to the connector's time-out; for workers, not for pages.
    """
    platform = account.platform
    connector = known_connector(platform)
    if connector is None or not connector.capabilities.can_be_asked:
        return Look(Standing.UNCLEAR, error=_("This platform can't be asked."))
    if limits.paused_seconds(platform.pk):
        return Look(Standing.UNCLEAR, error=_("The platform asked us to wait."))
    if not limits.take(platform.pk, requests_per_minute=platform.requests_per_minute, wanted=1):
        return Look(Standing.UNCLEAR, error=_("The platform is asked as often as it may be already."))
    try:
        look = connector.look_up(account.external_id)
    except Exception as error:
        log.exception("The connector failed to look up an account.")
        return Look(Standing.UNCLEAR, error=f"{type(error).__name__}: {error}"[:500])
    limits.pause(platform.pk, look.retry_after_seconds)
    return look
