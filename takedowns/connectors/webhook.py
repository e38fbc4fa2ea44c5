"""Any platform, by webhook: signed calls of up to 500 actions to a receiver that the platform's people write.

The contract stands in `docs/connectors/webhook.md`, with a receiver to start from. Each action carries an id that stays
the same over all attempts; the receiver acts once per id, and answers for each. It may be asked how an account stands.
"""

import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from http import HTTPStatus
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from common import clock, signing
from common.errors import Invalid
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

BULK_SIZE: Final = 500
_ANSWER_BYTES: Final = 1024 * 1024
_ERROR_LENGTH: Final = 500
_REFUSED_PAUSE_SECONDS: Final = 60.0

_OUTCOMES: Final = {
    "applied": Outcome.APPLIED,
    "already": Outcome.ALREADY,
    "unknown_account": Outcome.NO_ACCOUNT,
    "refused": Outcome.REFUSED,
}
_STANDINGS: Final = {"active": Standing.ACTIVE, "suspended": Standing.SUSPENDED}


class Webhook:
    """Speaks with a receiver. What it answers with anything but 200 counts as ambiguous, unless the contract says that
    nothing was done then (4xx): a server that broke may have acted before."""

    def __init__(self, reach: Reach) -> None:
        self.capabilities = Capabilities(
            is_idempotent=True,
            can_be_asked=True,
            bulk_size=BULK_SIZE,
            concurrency=4,
            timeout_seconds=20.0,
            settles_within_seconds=20.0,
        )
        self._secret = reach.secret
        self._caller = Caller(
            checked_url(reach.url),
            timeout_seconds=self.capabilities.timeout_seconds,
            headers={"Content-Type": "application/json", "User-Agent": "Caseload"},
            most_bytes=_ANSWER_BYTES,
        )

    def send(self, actions: Sequence[Action]) -> list[Answer]:
        """See `Connector.send`."""
        body = json.dumps({"actions": [_written(action) for action in actions]}, separators=(",", ":"))
        ids = "".join(str(action.id) for action in actions)
        message_id = f"msg_{hashlib.sha256(ids.encode()).hexdigest()[:32]}"
        try:
            reply = self._caller.call("POST", body=body.encode(), headers=self._signed(message_id, body))
        except NotSent as error:
            return [Answer(Outcome.NOT_SENT, error=str(error))] * len(actions)
        except Unheard as error:
            return [Answer(Outcome.AMBIGUOUS, error=str(error))] * len(actions)
        if reply.status == HTTPStatus.OK:
            return _answers(actions, reply)
        return [_answer_to_all(reply)] * len(actions)

    def look_up(self, external_id: str) -> Look:
        """See `Connector.look_up`."""
        try:
            reply = self._asked(external_id)
        except (NotSent, Unheard) as error:
            return Look(Standing.UNCLEAR, error=str(error))
        if reply.status == HTTPStatus.NOT_FOUND:
            return Look(Standing.NO_ACCOUNT, reply.status)
        if reply.status == HTTPStatus.OK:
            with suppress(ValueError, KeyError, TypeError):
                said = json.loads(reply.body)
                return Look(_STANDINGS[said["state"]], reply.status, profile=read_profile(said))
        return Look(Standing.UNCLEAR, reply.status, f"HTTP {reply.status}", reply.retry_after_seconds)

    def look_up_many(self, external_ids: Sequence[str]) -> list[Look]:
        """See `Connector.look_up_many`."""
        return [self.look_up(external_id) for external_id in external_ids]

    def check(self) -> str:
        """Asks after an account that isn't there: 404 and 200 both say that the receiver understands us."""

        def asked() -> Reply:
            reply = self._asked("caseload:check")
            return Reply(HTTPStatus.OK, b"", 0.0) if reply.status == HTTPStatus.NOT_FOUND else reply

        return ask(asked)

    def _asked(self, external_id: str) -> Reply:
        message_id = f"ask_{hashlib.sha256(external_id.encode()).hexdigest()[:32]}"
        return self._caller.call("GET", query={"external_id": external_id}, headers=self._signed(message_id, ""))

    def _signed(self, message_id: str, body: str) -> dict[str, str]:
        return signing.signed_headers([self._secret], message_id, body, clock.now())


def _written(action: Action) -> dict[str, Any]:
    return {
        "id": str(action.id),
        "kind": action.kind,
        "external_id": action.external_id,
        "until": action.until.isoformat() if action.until else None,
        "policy": action.policy,
    }


def _answers(actions: Sequence[Action], reply: Reply) -> list[Answer]:
    """One answer per action, found by its id. What the receiver didn't answer for may have been done."""
    said: dict[str, Any] = {}
    with suppress(ValueError, KeyError, TypeError):
        said = {each["id"]: each for each in json.loads(reply.body)["results"]}
    return [_answer(said.get(str(action.id)), reply) for action in actions]


def _answer(result: Any, reply: Reply) -> Answer:
    if not isinstance(result, dict):
        return Answer(Outcome.AMBIGUOUS, reply.status, "The receiver answered 200 without a result for this action.")
    outcome = _OUTCOMES.get(str(result.get("outcome")))
    if outcome is None:
        what = str(result.get("outcome"))[:100]
        return Answer(Outcome.AMBIGUOUS, reply.status, f"The receiver answered with the outcome {what!r}.")
    return Answer(outcome, reply.status, str(result.get("error") or "")[:_ERROR_LENGTH])


def _answer_to_all(reply: Reply) -> Answer:
    """The call as a whole wasn't answered with 200."""
    said = f"HTTP {reply.status}: {reply.body[:200].decode(errors='replace')}"
    if reply.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        pause = max(reply.retry_after_seconds, _REFUSED_PAUSE_SECONDS)
        return Answer(Outcome.NOT_SENT, reply.status, f"The receiver refuses our signature. {said}", pause)
    if HTTPStatus.BAD_REQUEST <= reply.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return Answer(Outcome.RETRY, reply.status, said, reply.retry_after_seconds)
    return Answer(Outcome.AMBIGUOUS, reply.status, said, reply.retry_after_seconds)


def build(reach: Reach) -> Connector:
    """The connector for the receiver at the reach's address. Raises Invalid."""
    if not signing.is_secret(reach.secret):
        message = "The secret is base64, with or without whsec_ before it; leave it out, and one is made."
        raise Invalid(message, fields={"secret": "not base64"})
    return Webhook(reach)


KIND = Kind(
    title=_("Webhook"),
    build=build,
    url_help=_("Where the receiver takes calls: https, or http on this machine."),
    secret_label=_("Signing secret"),
    new_secret=signing.new_secret,
)
