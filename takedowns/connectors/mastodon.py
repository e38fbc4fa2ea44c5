"""A Mastodon server by its admin API: accounts are suspended there, and suspensions lifted.

Facts that shape it: each suspension is one more strike, with a mail to the owner where that is wanted, so whatever may
be a repeat looks first; the server takes 300 calls in five minutes, and says how many are left; a lift of what isn't
suspended is answered as a missing permission would be.
"""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote, urlencode

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common import clock
from common.errors import Invalid
from takedowns.choices import Kind as Act
from takedowns.choices import Outcome, Standing
from takedowns.connectors import mastodon_reports
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
    read_profile,
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

REQUESTS_PER_MINUTE: Final = 60  # 300 in five minutes, per account and per address
_CALL_SECONDS: Final = 10.0
_ACCOUNTS: Final = "/api/v1/admin/accounts"


class Mastodon:
    """Speaks with a Mastodon server. Accounts are named by their ids there, and not by their handles."""

    def __init__(self, reach: Reach) -> None:
        self.capabilities = Capabilities(
            is_idempotent=False,
            can_be_asked=True,
            bulk_size=1,
            concurrency=2,
            timeout_seconds=2 * _CALL_SECONDS,
            settles_within_seconds=60.0,
        )
        self._tells_owner = reach.setting("mail") == "yes"
        self._caller = Caller(
            checked_url(reach.url),
            timeout_seconds=_CALL_SECONDS,
            headers={
                "Authorization": f"Bearer {reach.secret}",
                "Content-Type": "application/x-www-form-urlencoded",
                "User-Agent": "Caseload",
            },
            most_bytes=1024 * 1024,
        )

    def send(self, actions: Sequence[Action]) -> list[Answer]:
        """See `Connector.send`."""
        return [concluded(self._send, action) for action in actions]

    def _send(self, action: Action) -> Answer:
        wanted = action.kind == Act.SUSPEND
        if action.attempt > 1 and self._is_suspended(action.external_id) == wanted:
            return Answer(Outcome.ALREADY)
        reply = acting(lambda: self._suspend(action) if wanted else self._lift(action))
        is_refused = reply.status == HTTPStatus.FORBIDDEN
        if not wanted and is_refused and not self._is_suspended(action.external_id):
            return Answer(Outcome.ALREADY, reply.status, retry_after_seconds=_pause_after(reply))
        return _answer(reply)

    def _suspend(self, action: Action) -> Reply:
        form = {"type": "suspend", "send_email_notification": str(self._tells_owner).lower()}
        return self._caller.call("POST", f"{_path(action.external_id)}/action", body=urlencode(form).encode())

    def _lift(self, action: Action) -> Reply:
        return self._caller.call("POST", f"{_path(action.external_id)}/unsuspend", body=b"")

    def _asked(self, external_id: str) -> Reply:
        return self._caller.call("GET", _path(external_id))

    def _is_suspended(self, external_id: str) -> bool:
        """Raises Ended when the server doesn't say."""
        reply = asking(lambda: self._asked(external_id))
        found = json_of(reply).get("suspended")
        if reply.status == HTTPStatus.OK and isinstance(found, bool):
            return found
        is_odd = reply.status == HTTPStatus.OK
        raise Ended(Answer(Outcome.AMBIGUOUS, reply.status, said(reply)) if is_odd else _answer(reply))

    def look_up(self, external_id: str) -> Look:
        """See `Connector.look_up`."""
        try:
            reply = self._asked(external_id)
        except (NotSent, Unheard) as error:
            return Look(Standing.UNCLEAR, error=str(error))
        told = json_of(reply)
        if reply.status == HTTPStatus.OK and isinstance(told.get("suspended"), bool):
            standing = Standing.SUSPENDED if told["suspended"] else Standing.ACTIVE
            return Look(
                standing, reply.status, retry_after_seconds=_pause_after(reply), profile=_profile(told.get("account"))
            )
        if _is_no_account(reply):
            return Look(Standing.NO_ACCOUNT, reply.status, retry_after_seconds=_pause_after(reply))
        return Look(Standing.UNCLEAR, reply.status, said(reply), _pause_after(reply))

    def look_up_many(self, external_ids: Sequence[str]) -> list[Look]:
        """See `Connector.look_up_many`."""
        return [self.look_up(external_id) for external_id in external_ids]

    def pull_reports(self, cursor: str) -> Pulled:
        """See `TellsReports.pull_reports`."""
        return mastodon_reports.pull(self._caller, cursor)

    def check(self) -> str:
        """See `Connector.check`: whether the token may read accounts as administrators do."""
        return ask(lambda: self._caller.call("GET", _ACCOUNTS, query={"limit": "1"}))


def build(reach: Reach) -> Connector:
    """The connector for the server at the reach's address. Raises Invalid."""
    if not reach.secret:
        raise Invalid(gettext("Give the access token of an administrator."), fields={"secret": "missing"})
    return Mastodon(reach)


KIND = Kind(
    title=_("Mastodon"),
    build=build,
    url_help=_("Where the server answers: https, or http on this machine."),
    secret_label=_("Access token of an administrator"),
    requests_per_minute=REQUESTS_PER_MINUTE,
    settings=(
        Setting(
            name="mail",
            label=_("Mail to the owner"),
            help=_("Whether the server writes to the owner of an account that is suspended."),
            choices=("", "no", "yes"),
        ),
    ),
)


def _path(external_id: str) -> str:
    return f"{_ACCOUNTS}/{quote(external_id, safe='')}"


def _answer(reply: Reply) -> Answer:
    """What the reply to a call that acts comes to."""
    pause = _pause_after(reply)
    if reply.status == HTTPStatus.OK:
        is_json = reply.body.strip()[:1] == b"{"
        return Answer(Outcome.APPLIED if is_json else Outcome.AMBIGUOUS, reply.status, retry_after_seconds=pause)
    if _is_no_account(reply):
        return Answer(Outcome.NO_ACCOUNT, reply.status, "The server knows no such account.", pause)
    if reply.status == HTTPStatus.TOO_MANY_REQUESTS:
        return Answer(Outcome.RETRY, reply.status, said(reply), pause)
    if reply.status == HTTPStatus.UNAUTHORIZED or _is_out_of_scope(reply):
        return stopped(reply, "The server refuses our token.")
    if reply.status == HTTPStatus.NOT_FOUND:
        return stopped(reply, "There is no admin API at this address.")
    if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Answer(Outcome.AMBIGUOUS, reply.status, said(reply), pause)
    return Answer(Outcome.REFUSED, reply.status, said(reply), pause)


def _is_no_account(reply: Reply) -> bool:
    return reply.status == HTTPStatus.NOT_FOUND and "error" in json_of(reply)


def _is_out_of_scope(reply: Reply) -> bool:
    """Whether a 403 is about the token, and not about the account: the same server says both so."""
    return reply.status == HTTPStatus.FORBIDDEN and "scope" in str(json_of(reply).get("error", ""))


def _pause_after(reply: Reply) -> float:
    """How long to leave the server alone: as it asks for, and until its window ends once no call is left in it."""
    if reply.status == HTTPStatus.UNAUTHORIZED or _is_out_of_scope(reply):
        return CREDENTIALS_PAUSE_SECONDS
    is_over = reply.status == HTTPStatus.TOO_MANY_REQUESTS or reply.headers.get("X-RateLimit-Remaining") == "0"
    return max(reply.retry_after_seconds, _until_reset(reply) if is_over else 0.0)


def _until_reset(reply: Reply) -> float:
    try:
        at = datetime.fromisoformat(reply.headers.get("X-RateLimit-Reset", ""))
        return max(0.0, (at - clock.now()).total_seconds())
    except (ValueError, TypeError):
        return 0.0


def _profile(told: Any) -> Profile:
    """The profile in an account; its `note` is HTML, and left out."""
    if not isinstance(told, dict):
        return Profile()
    texts = {ours: told.get(theirs) for ours, theirs in (("handle", "acct"), ("display_name", "display_name"))}
    counts = {
        ours: told.get(theirs)
        for ours, theirs in (
            ("followers", "followers_count"),
            ("following", "following_count"),
            ("posts", "statuses_count"),
        )
    }
    return read_profile(texts | counts)
