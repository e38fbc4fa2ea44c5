"""A personal data server (PDS) of the AT Protocol: its accounts are taken down by `com.atproto.admin`.

Facts that shape it: an account that the server doesn't know is "taken down" with HTTP 200, so each call is proved by a
look; a takedown bears a reference, and a lift clears anybody's, so only those that bear ours are lifted; a repeat
changes nothing and tells the network a second time, so it is skipped.
"""

import json
from base64 import b64encode
from collections.abc import Sequence
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common import clock
from common.errors import Invalid
from takedowns.choices import Kind as Act
from takedowns.choices import Outcome, Standing
from takedowns.connectors.base import Action, Answer, Capabilities, Connector, Kind, Look, Reach, checked_url
from takedowns.connectors.calls import Caller, NotSent, Reply, Unheard, ask
from takedowns.connectors.steps import (
    Ended,
    acting,
    asking,
    concluded,
    json_of,
    said,
    seeing,
    stopped,
)

OUR_REFS: Final = "caseload:"
_CALL_SECONDS: Final = 10.0
_NOBODY: Final = "did:plc:caseloadcheck"


class Atproto:
    """Speaks with a PDS. Accounts are named by their DIDs."""

    def __init__(self, reach: Reach) -> None:
        self.capabilities = Capabilities(
            is_idempotent=True,
            can_be_asked=True,
            bulk_size=1,
            concurrency=8,
            timeout_seconds=3 * _CALL_SECONDS,  # a look, the call, a look
            settles_within_seconds=30.0,
        )
        basic = b64encode(f"admin:{reach.secret}".encode()).decode()
        self._caller = Caller(
            checked_url(reach.url),
            timeout_seconds=_CALL_SECONDS,
            headers={
                "Authorization": f"Basic {basic}",
                "Content-Type": "application/json",
                "User-Agent": "Caseload",
            },
        )

    def send(self, actions: Sequence[Action]) -> list[Answer]:
        """See `Connector.send`."""
        return [concluded(self._send, action) for action in actions]

    def _send(self, action: Action) -> Answer:
        is_down, ref = self._state(asking(lambda: self._asked(action.external_id)))
        wanted = action.kind == Act.SUSPEND
        if is_down == wanted:
            return Answer(Outcome.ALREADY)
        if is_down and not ref.startswith(OUR_REFS):
            return Answer(Outcome.REFUSED, error=f"It is taken down for {ref[:200]!r}, and not by us: lift it by hand.")
        reply = acting(lambda: self._update(action, wanted))
        if reply.status != HTTPStatus.OK:
            return _answer(reply)
        proof = seeing(lambda: self._asked(action.external_id))
        if proof.status == HTTPStatus.OK and self._state(proof)[0] == wanted:
            return Answer(Outcome.APPLIED, reply.status)
        return Answer(Outcome.AMBIGUOUS, proof.status, f"It answered 200, and then: {said(proof)}")

    def _update(self, action: Action, wanted: bool) -> Reply:
        subject = {"$type": "com.atproto.admin.defs#repoRef", "did": action.external_id}
        body = {"subject": subject, "takedown": {"applied": wanted, "ref": _ref(action.id)}}
        return self._caller.call("POST", "/xrpc/com.atproto.admin.updateSubjectStatus", body=json.dumps(body).encode())

    def _asked(self, did: str) -> Reply:
        return self._caller.call("GET", "/xrpc/com.atproto.admin.getSubjectStatus", query={"did": did})

    @staticmethod
    def _state(reply: Reply) -> tuple[bool, str]:
        """Whether the account is taken down, and under which reference. Raises Ended when the reply doesn't say."""
        takedown = json_of(reply).get("takedown")
        if reply.status == HTTPStatus.OK and isinstance(takedown, dict) and isinstance(takedown.get("applied"), bool):
            return takedown["applied"], str(takedown.get("ref") or "")
        answer = _answer(reply)
        if answer.outcome == Outcome.AMBIGUOUS:  # to a question: nothing was done
            answer = Answer(Outcome.NOT_SENT, reply.status, said(reply), reply.retry_after_seconds)
        raise Ended(answer)

    def look_up(self, external_id: str) -> Look:
        """See `Connector.look_up`."""
        try:
            reply = self._asked(external_id)
            is_down, _ref = self._state(reply)
        except (NotSent, Unheard) as error:
            return Look(Standing.UNCLEAR, error=str(error))
        except Ended as ended:
            why = ended.answer
            standing = Standing.NO_ACCOUNT if why.outcome == Outcome.NO_ACCOUNT else Standing.UNCLEAR
            return Look(standing, why.status_code, why.error, why.retry_after_seconds)
        return Look(Standing.SUSPENDED if is_down else Standing.ACTIVE, reply.status)

    def look_up_many(self, external_ids: Sequence[str]) -> list[Look]:
        """See `Connector.look_up_many`."""
        return [self.look_up(external_id) for external_id in external_ids]

    def check(self) -> str:
        """Asks after an account that isn't there: that it isn't says that we may ask."""

        def asked() -> Reply:
            reply = self._asked(_NOBODY)
            is_answer = _answer(reply).outcome == Outcome.NO_ACCOUNT
            return Reply(HTTPStatus.OK, b"", 0.0) if is_answer else reply

        return ask(asked)


def build(reach: Reach) -> Connector:
    """The connector for the PDS at the reach's address. Raises Invalid."""
    if not reach.secret:
        raise Invalid(gettext("Give the administrator's password of the PDS."), fields={"secret": "missing"})
    return Atproto(reach)


KIND = Kind(
    title=_("AT Protocol (PDS)"),
    build=build,
    url_help=_("Where the personal data server answers: https, or http on this machine."),
    secret_label=_("Administrator's password (PDS_ADMIN_PASSWORD)"),
)


def _ref(action_id: UUID) -> str:
    """Never empty: with an empty one the server does half of it."""
    return f"{OUR_REFS}{action_id}"


def _answer(reply: Reply) -> Answer:
    """What a reply that isn't the wanted one comes to."""
    error = json_of(reply).get("error")
    if reply.status == HTTPStatus.BAD_REQUEST and error == "NotFound":
        return Answer(Outcome.NO_ACCOUNT, reply.status, "The server knows no such account.")
    if reply.status == HTTPStatus.TOO_MANY_REQUESTS:
        return Answer(Outcome.RETRY, reply.status, said(reply), max(reply.retry_after_seconds, _until_reset(reply)))
    if reply.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return stopped(reply, "The server refuses our password.")
    if reply.status == HTTPStatus.NOT_FOUND:
        return stopped(reply, "There is no PDS at this address.")
    if reply.status == HTTPStatus.OK or reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Answer(Outcome.AMBIGUOUS, reply.status, said(reply), reply.retry_after_seconds)
    return Answer(Outcome.REFUSED, reply.status, said(reply))


def _until_reset(reply: Reply) -> float:
    """Seconds until the limit is lifted: `RateLimit-Reset` is an instant, in seconds since 1970."""
    at = reply.headers.get("RateLimit-Reset", "")
    return max(0.0, int(at) - clock.now().timestamp()) if at.isdecimal() else 0.0
