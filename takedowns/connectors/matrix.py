"""A Matrix homeserver by Synapse's admin API: accounts are suspended there, or deactivated where that is wanted.

Facts that shape it: the server answers the same to a repeat; it keeps no reason and no reference; its list of accounts
doesn't tell who is suspended, so each is looked up by itself; admin calls aren't rate-limited by the server itself.
"""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.errors import Invalid
from takedowns.choices import Kind as Act
from takedowns.choices import Outcome, Standing
from takedowns.connectors import matrix_reports
from takedowns.connectors.base import (
    Action,
    Answer,
    Capabilities,
    Connector,
    Kind,
    Look,
    Profile,
    Reach,
    Setting,
    checked_url,
)
from takedowns.connectors.calls import Caller, NotSent, Reply, Unheard, ask
from takedowns.connectors.reports import Pulled
from takedowns.connectors.steps import (
    CREDENTIALS_PAUSE_SECONDS,
    Ended,
    acting,
    asking,
    concluded,
    json_of,
    said,
    stopped,
)

DEACTIVATE: Final = "deactivate"
_WHOAMI: Final = "/_matrix/client/v3/account/whoami"


class Matrix:
    """Speaks with Synapse. The account that the token belongs to is never acted on: nobody could lift it again."""

    def __init__(self, reach: Reach) -> None:
        self.capabilities = Capabilities(
            is_idempotent=True,
            can_be_asked=True,
            bulk_size=1,
            concurrency=8,
            timeout_seconds=10.0,
            settles_within_seconds=30.0,
        )
        self._deactivates = reach.setting("how") == DEACTIVATE
        self._caller = Caller(
            checked_url(reach.url),
            timeout_seconds=self.capabilities.timeout_seconds,
            headers={
                "Authorization": f"Bearer {reach.secret}",
                "Content-Type": "application/json",
                "User-Agent": "Caseload",
            },
            most_bytes=1024 * 1024,
        )
        self._own_id = ""

    def send(self, actions: Sequence[Action]) -> list[Answer]:
        """See `Connector.send`."""
        return [concluded(self._send, action) for action in actions]

    def _send(self, action: Action) -> Answer:
        if action.external_id == self._asked_own_id():
            return Answer(Outcome.REFUSED, error="Takedowns are sent with this account: suspend it by hand.")
        if self._deactivates and action.kind == Act.SUSPEND:
            return _answer(acting(lambda: self._put("POST", "v1/deactivate", action, {"erase": False})), {})
        if self._deactivates and self._is_deactivated(action.external_id):
            return Answer(Outcome.REFUSED, error="It was deactivated: give it a new password there, and try again.")
        wanted = action.kind == Act.SUSPEND
        reply = acting(lambda: self._put("PUT", "v1/suspend", action, {"suspend": wanted}))
        return _answer(reply, {f"user_{action.external_id}_suspended": wanted})

    def _put(self, method: str, path: str, action: Action, body: dict[str, bool]) -> Reply:
        account = quote(action.external_id, safe="")
        return self._caller.call(method, f"/_synapse/admin/{path}/{account}", body=json.dumps(body).encode())

    def _asked(self, external_id: str) -> Reply:
        return self._caller.call("GET", f"/_synapse/admin/v2/users/{quote(external_id, safe='')}")

    def _asked_own_id(self) -> str:
        """Whose token it is, asked once. Raises Ended."""
        if not self._own_id:
            reply = asking(lambda: self._caller.call("GET", _WHOAMI))
            if reply.status != HTTPStatus.OK:
                raise Ended(replace(_answer(reply, {}), outcome=Outcome.NOT_SENT))
            self._own_id = str(json_of(reply).get("user_id", ""))
        return self._own_id

    def _is_deactivated(self, external_id: str) -> bool:
        """Raises Ended."""
        reply = asking(lambda: self._asked(external_id))
        if _is_no_account(reply):
            raise Ended(_answer(reply, {}))
        if reply.status != HTTPStatus.OK:
            raise Ended(replace(_answer(reply, {}), outcome=Outcome.NOT_SENT))
        return bool(json_of(reply).get("deactivated"))

    def look_up(self, external_id: str) -> Look:
        """See `Connector.look_up`."""
        try:
            reply = self._asked(external_id)
        except (NotSent, Unheard) as error:
            return Look(Standing.UNCLEAR, error=str(error))
        told = json_of(reply)
        if reply.status == HTTPStatus.OK and isinstance(told.get("suspended"), bool):
            is_out = told["suspended"] or (self._deactivates and bool(told.get("deactivated")))
            return Look(Standing.SUSPENDED if is_out else Standing.ACTIVE, reply.status, profile=_profile(told))
        if _is_no_account(reply):
            return Look(Standing.NO_ACCOUNT, reply.status)
        return Look(Standing.UNCLEAR, reply.status, said(reply), _pause_after(reply))

    def look_up_many(self, external_ids: Sequence[str]) -> list[Look]:
        """See `Connector.look_up_many`."""
        return [self.look_up(external_id) for external_id in external_ids]

    def pull_reports(self, cursor: str) -> Pulled:
        """See `TellsReports.pull_reports`."""
        return matrix_reports.pull(self._caller, cursor)

    def check(self) -> str:
        """See `Connector.check`: whose token it is, and whether that account is a server administrator."""
        who: dict[str, Any] = {}

        def asked() -> Reply:
            reply = self._caller.call("GET", _WHOAMI)
            who.update(json_of(reply))
            return reply

        if complaint := ask(asked):
            return complaint
        own_id = str(who.get("user_id", ""))
        with suppress(NotSent, Unheard):
            if json_of(self._asked(own_id)).get("admin") is True:
                return ""
        return gettext("The token is that of %(account)s, who is no server administrator there.") % {"account": own_id}


def build(reach: Reach) -> Connector:
    """The connector for the homeserver at the reach's address. Raises Invalid."""
    if not reach.secret:
        raise Invalid(gettext("Give the access token of a server administrator."), fields={"secret": "missing"})
    return Matrix(reach)


KIND = Kind(
    title=_("Matrix (Synapse)"),
    build=build,
    url_help=_("Where the homeserver answers, with its admin API: https, or http on this machine."),
    secret_label=_("Access token of a server administrator"),
    settings=(
        Setting(
            name="how",
            label=_("How accounts are suspended"),
            help=_("A deactivated account loses its rooms for good, and a person must give it a new password."),
            choices=("", "suspend", DEACTIVATE),
        ),
    ),
)


def _answer(reply: Reply, expected: dict[str, bool]) -> Answer:
    """What the reply to a call that acts comes to; of a 200, whether it is Synapse's own and says what was wanted."""
    told = json_of(reply)
    if reply.status == HTTPStatus.OK:
        if told and expected.items() <= told.items():
            return Answer(Outcome.APPLIED, reply.status)
        return Answer(Outcome.AMBIGUOUS, reply.status, said(reply))
    if _is_no_account(reply):
        return Answer(Outcome.NO_ACCOUNT, reply.status, "The server knows no such account.")
    if reply.status == HTTPStatus.TOO_MANY_REQUESTS:
        return Answer(Outcome.RETRY, reply.status, said(reply), _pause_after(reply))
    if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Answer(Outcome.AMBIGUOUS, reply.status, said(reply), reply.retry_after_seconds)
    if reply.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return stopped(reply, "The server refuses our token.")
    if reply.status == HTTPStatus.NOT_FOUND:
        return stopped(reply, "There is no admin API at this address.")
    return Answer(Outcome.REFUSED, reply.status, said(reply))


def _is_no_account(reply: Reply) -> bool:
    """Whether the server itself says that it knows no such account; other 404s come from what stands before it."""
    return reply.status == HTTPStatus.NOT_FOUND and json_of(reply).get("errcode") == "M_NOT_FOUND"


def _pause_after(reply: Reply) -> float:
    if reply.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return CREDENTIALS_PAUSE_SECONDS
    asked = json_of(reply).get("retry_after_ms")
    return max(reply.retry_after_seconds, asked / 1000 if isinstance(asked, int | float) else 0.0)


def _profile(told: dict[str, Any]) -> Profile:
    name = told.get("displayname")
    return Profile(display_name=name if isinstance(name, str) and name else None)
