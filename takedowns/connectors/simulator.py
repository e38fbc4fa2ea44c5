"""The simulated platform's connector: one account per request, not idempotent, can be asked."""

import json
from collections.abc import Sequence
from contextlib import suppress
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from takedowns.choices import Outcome, Standing
from takedowns.connectors.base import (
    Action,
    Answer,
    Capabilities,
    Connector,
    Kind,
    Look,
    Reach,
    checked_url,
    read_profile,
)
from takedowns.connectors.calls import Caller, NotSent, Reply, Unheard, ask

_CONCURRENCY: Final = 8


class Simulator:
    """Speaks with `takedowns.simulator`. That platform answers 429 and 5xx only before anything took effect."""

    def __init__(self, url: str) -> None:
        self.capabilities = Capabilities(
            is_idempotent=False,
            can_be_asked=True,
            bulk_size=1,
            concurrency=_CONCURRENCY,
            timeout_seconds=settings.CASELOAD["SIMULATOR_TIMEOUT_SECONDS"],
            settles_within_seconds=settings.CASELOAD["SIMULATOR_SETTLES_SECONDS"],
        )
        self._caller = Caller(checked_url(url), timeout_seconds=self.capabilities.timeout_seconds)

    def send(self, actions: Sequence[Action]) -> list[Answer]:
        """See `Connector.send`."""
        return [self._send(action) for action in actions]

    def _send(self, action: Action) -> Answer:
        try:
            return _answer(self._caller.call("POST", f"/accounts/{quote(action.external_id, safe='')}/{action.kind}"))
        except NotSent as error:
            return Answer(Outcome.NOT_SENT, error=str(error))
        except Unheard as error:
            return Answer(Outcome.AMBIGUOUS, error=str(error))

    def look_up(self, external_id: str) -> Look:
        """See `Connector.look_up`."""
        try:
            reply = self._caller.call("GET", f"/accounts/{quote(external_id, safe='')}")
        except (NotSent, Unheard) as error:
            return Look(Standing.UNCLEAR, error=str(error))
        if reply.status == HTTPStatus.NOT_FOUND:
            return Look(Standing.NO_ACCOUNT, reply.status)
        if reply.status == HTTPStatus.OK:
            with suppress(ValueError, KeyError, TypeError):
                said = json.loads(reply.body)
                return Look(Standing(said["state"]), reply.status, profile=read_profile(said))
        return Look(Standing.UNCLEAR, reply.status, f"HTTP {reply.status}", reply.retry_after_seconds)

    def look_up_many(self, external_ids: Sequence[str]) -> list[Look]:
        """See `Connector.look_up_many`."""
        return [self.look_up(external_id) for external_id in external_ids]

    def check(self) -> str:
        """See `Connector.check`."""
        return ask(lambda: self._caller.call("GET", "/stats"))


def build(reach: Reach) -> Connector:
    """The connector for the simulator at the reach's address, or at the one that settings give when that is empty."""
    return Simulator(reach.url or settings.CASELOAD["SIMULATOR_URL"])


KIND = Kind(
    title=_("Simulated platform"),
    build=build,
    url_help=_("Where the simulator answers. Empty: the one that was started with this installation."),
)


def _answer(reply: Reply) -> Answer:
    if reply.status == HTTPStatus.OK:
        return Answer(Outcome.APPLIED, reply.status)
    if reply.status == HTTPStatus.NOT_FOUND:
        return Answer(Outcome.NO_ACCOUNT, reply.status, "The platform knows no such account.")
    if reply.status == HTTPStatus.TOO_MANY_REQUESTS or reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Answer(Outcome.RETRY, reply.status, f"HTTP {reply.status}", reply.retry_after_seconds)
    return Answer(Outcome.REFUSED, reply.status, f"HTTP {reply.status}: {reply.body[:200].decode(errors='replace')}")
