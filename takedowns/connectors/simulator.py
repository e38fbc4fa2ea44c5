"""The simulated platform's connector: one account per request, not idempotent, can be asked."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Final
from urllib.parse import quote

import httpx
from django.conf import settings

from takedowns.choices import Outcome, Standing
from takedowns.connectors.base import Action, Answer, Capabilities, Connector, Look, checked_url

# Nothing had been written when these were raised.
_NEVER_LEFT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
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
        self._accounts = f"{checked_url(url)}/accounts/"
        self._client = httpx.Client(
            timeout=self.capabilities.timeout_seconds,
            limits=httpx.Limits(max_connections=2 * _CONCURRENCY, max_keepalive_connections=2 * _CONCURRENCY),
            trust_env=False,
        )

    def send(self, actions: Sequence[Action]) -> list[Answer]:
        """See `Connector.send`."""
        return [self._send(action) for action in actions]

    def _send(self, action: Action) -> Answer:
        try:
            response = self._client.post(f"{self._accounts}{quote(action.external_id, safe='')}/{action.kind}")
        except _NEVER_LEFT as error:
            return Answer(Outcome.NOT_SENT, error=_said(error))
        except httpx.HTTPError as error:
            return Answer(Outcome.AMBIGUOUS, error=_said(error))
        return _answer(response)

    def look_up(self, external_id: str) -> Look:
        """See `Connector.look_up`."""
        try:
            response = self._client.get(f"{self._accounts}{quote(external_id, safe='')}")
        except httpx.HTTPError as error:
            return Look(Standing.UNCLEAR, error=_said(error))
        status = response.status_code
        if status == httpx.codes.NOT_FOUND:
            return Look(Standing.NO_ACCOUNT, status)
        if status == httpx.codes.OK:
            with suppress(ValueError, KeyError, TypeError):
                return Look(Standing(response.json()["state"]), status)
        return Look(Standing.UNCLEAR, status, f"HTTP {status}", _retry_after_seconds(response))


def build(url: str) -> Connector:
    """The connector for the simulator at `url`, or at the address that settings give when that is empty."""
    return Simulator(url or settings.CASELOAD["SIMULATOR_URL"])


def _answer(response: httpx.Response) -> Answer:
    status = response.status_code
    if status == httpx.codes.OK:
        return Answer(Outcome.APPLIED, status)
    if status == httpx.codes.NOT_FOUND:
        return Answer(Outcome.NO_ACCOUNT, status, "The platform knows no such account.")
    if status == httpx.codes.TOO_MANY_REQUESTS or status >= 500:
        return Answer(Outcome.RETRY, status, f"HTTP {status}", _retry_after_seconds(response))
    return Answer(Outcome.REFUSED, status, f"HTTP {status}: {response.text[:200]}")


def _retry_after_seconds(response: httpx.Response) -> float:
    """What `Retry-After` asks for in seconds; 0 when it is missing or a date (this platform sends none)."""
    text = response.headers.get("Retry-After", "")
    return float(text) if text.isdecimal() else 0.0


def _said(error: httpx.HTTPError) -> str:
    return f"{type(error).__name__}: {error}"[:500]
