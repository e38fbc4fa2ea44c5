"""A MediaWiki by its Action API: accounts are blocked there, until a date or for good.

Facts that shape it: errors come with HTTP 200; a repeated block or lift fails, and has no second effect; a block bears
who set it and why; a temporary one ends by itself; look-ups take 50 names, and tell them in the wiki's own spelling and
in an order of its own.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from ipaddress import ip_network
from typing import Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.errors import Invalid
from takedowns.choices import Kind as Act
from takedowns.choices import Outcome, Standing
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
from takedowns.connectors.calls import Caller
from takedowns.connectors.mediawiki_session import Session, answer_to, code_of
from takedowns.connectors.steps import Ended, concluded

LOOKS_AT_ONCE: Final = 50
_CALL_SECONDS: Final = 8.0
_CALLS_AT_MOST: Final = 6  # signing in takes three; a block that stands already is looked at, and replaced
_FOR_GOOD: Final = "infinite"
_SEPARATOR: Final = "\x1f"  # the API's own, for values that may hold its usual one


class MediaWiki:
    """Speaks with a wiki. A block that somebody else set is theirs: it is neither lifted nor made shorter."""

    def __init__(self, reach: Reach) -> None:
        self.capabilities = Capabilities(
            is_idempotent=False,
            can_be_asked=True,
            bulk_size=1,
            concurrency=4,
            timeout_seconds=_CALL_SECONDS * _CALLS_AT_MOST,
            settles_within_seconds=60.0,
            looks_at_once=LOOKS_AT_ONCE,
            ends_by_itself=True,
        )
        user = reach.setting("user")
        self._own_name = _spelled(user.partition("@")[0])
        self._caller = Caller(
            checked_url(reach.url),
            timeout_seconds=_CALL_SECONDS,
            headers={"Content-Type": "application/x-www-form-urlencoded", "User-Agent": "Caseload"},
            most_bytes=1024 * 1024,
        )
        self._session = Session(self._caller, user, reach.secret)

    def send(self, actions: Sequence[Action]) -> list[Answer]:
        """See `Connector.send`."""
        return [concluded(self._send, action) for action in actions]

    def _send(self, action: Action) -> Answer:
        if _is_address(action.external_id):
            return Answer(Outcome.REFUSED, error="An address or a range of them is no account.")
        if _spelled(action.external_id) == self._own_name:
            return Answer(Outcome.REFUSED, error="Takedowns are sent with this account: block it by hand.")
        return self._block(action) if action.kind == Act.SUSPEND else self._lift(action)

    def _block(self, action: Action, *, again: bool = False) -> Answer:
        how = {"reblock": "1"} if again else {}
        told, reply = self._session.act(
            action="block",
            user=action.external_id,
            expiry=_expiry(action.until) if action.until else "never",
            reason=f"{action.policy} [{action.id}]".strip(),
            nocreate="1",
            allowusertalk="1",
            **how,
        )
        if "block" in told:
            return Answer(Outcome.APPLIED, reply.status)
        if code_of(told) != "alreadyblocked":
            return answer_to(told, reply)
        if again or self._is_block_enough(self._looked_at(action.external_id), action):
            return Answer(Outcome.ALREADY, reply.status)
        return self._block(action, again=True)

    def _is_block_enough(self, user: dict[str, Any], action: Action) -> bool:
        """Whether the block that stands is what is wanted: ours to the same end, or another's to no earlier one."""
        if not _is_blocked(user):
            return False
        stands, wanted = user.get("blockexpiry", _FOR_GOOD), _expiry(action.until) if action.until else _FOR_GOOD
        if user.get("blockedby") == self._own_name:
            return bool(stands == wanted)
        return bool(stands == _FOR_GOOD or (wanted != _FOR_GOOD and stands >= wanted))

    def _lift(self, action: Action) -> Answer:
        user = self._looked_at(action.external_id)
        if not _is_known(user):
            return Answer(Outcome.NO_ACCOUNT, error="The wiki knows no such account.")
        if not _is_blocked(user):
            return Answer(Outcome.ALREADY)
        if user.get("blockedby") != self._own_name:
            return Answer(Outcome.REFUSED, error=f"{user.get('blockedby')} blocked it there: lift it by hand.")
        told, reply = self._session.act(
            action="unblock", user=action.external_id, reason=f"{action.policy} [{action.id}]".strip()
        )
        if "unblock" in told:
            return Answer(Outcome.APPLIED, reply.status)
        if code_of(told) == "cantunblock" and not _is_blocked(self._looked_at(action.external_id)):
            return Answer(Outcome.ALREADY, reply.status)
        return answer_to(told, reply)

    def _looked_at(self, name: str) -> dict[str, Any]:
        """What the wiki tells of a name. Raises Ended."""
        return self._all_looked_at([name]).get(_spelled(name), {})

    def _all_looked_at(self, names: Sequence[str]) -> dict[str, dict[str, Any]]:
        """What the wiki tells of each name, by the wiki's spelling of it. Raises Ended."""
        asked = "".join(f"{_SEPARATOR}{name.replace(_SEPARATOR, ' ')}" for name in names)
        told = self._session.ask(action="query", list="users", ususers=asked, usprop="blockinfo|editcount")
        return {_spelled(each["name"]): each for each in told.get("query", {}).get("users", [])}

    def look_up(self, external_id: str) -> Look:
        """See `Connector.look_up`."""
        return self.look_up_many([external_id])[0]

    def look_up_many(self, external_ids: Sequence[str]) -> list[Look]:
        """See `Connector.look_up_many`."""
        try:
            told = self._all_looked_at(external_ids)
        except Ended as ended:
            why = ended.answer
            return [Look(Standing.UNCLEAR, why.status_code, why.error, why.retry_after_seconds)] * len(external_ids)
        return [_look(told.get(_spelled(name), {})) for name in external_ids]

    def check(self) -> str:
        """See `Connector.check`: whether we can sign in, and may block."""
        try:
            rights = self._session.ask(action="query", meta="userinfo", uiprop="rights")["query"]["userinfo"]["rights"]
        except Ended as ended:
            if ended.answer.status_code is None:
                return gettext("Nobody answers at this address: %(error)s.") % {"error": ended.answer.error}
            return gettext("The wiki doesn't take our credentials. %(error)s") % {"error": ended.answer.error}
        return "" if "block" in rights else gettext("The bot may not block accounts: give it the grant to.")


def build(reach: Reach) -> Connector:
    """The connector for the wiki whose api.php is at the reach's address. Raises Invalid."""
    if not reach.secret:
        raise Invalid(gettext("Give the bot's password."), fields={"secret": "missing"})
    return MediaWiki(reach)


KIND = Kind(
    title=_("MediaWiki"),
    build=build,
    url_help=_("The address of the wiki's api.php: https, or http on this machine."),
    secret_label=_("Bot password"),
    settings=(
        Setting(
            name="user",
            label=_("Bot"),
            help=_("The user name and the bot's, as Special:BotPasswords shows it: Name@bot."),
            is_required=True,
        ),
    ),
)


def _expiry(until: datetime) -> str:
    return until.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _spelled(name: str) -> str:
    """A user name as the wiki spells it: spaces for underscores, and a capital to begin with."""
    words = " ".join(name.replace("_", " ").split())
    return words[:1].upper() + words[1:]


def _is_address(name: str) -> bool:
    """Whether a block of `name` would hit whoever comes from an address, or an account by its number."""
    if name.strip().startswith("#"):
        return True
    try:
        ip_network(name.strip(), strict=False)
    except ValueError:
        return False
    return True


def _is_known(user: dict[str, Any]) -> bool:
    return bool(user) and not user.get("missing") and not user.get("invalid")


def _is_blocked(user: dict[str, Any]) -> bool:
    """A partial block keeps from some pages alone: that is no suspension."""
    return "blockid" in user and not user.get("blockpartial")


def _look(user: dict[str, Any]) -> Look:
    if not user:
        return Look(Standing.UNCLEAR, 200, "The wiki said nothing of it.")
    if not _is_known(user):
        return Look(Standing.NO_ACCOUNT, 200)
    edits = user.get("editcount")
    profile = Profile(handle=str(user["name"]), posts=edits if type(edits) is int and edits >= 0 else None)
    return Look(Standing.SUSPENDED if _is_blocked(user) else Standing.ACTIVE, 200, profile=profile)
