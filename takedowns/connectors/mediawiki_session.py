"""Signed in at a wiki as a bot: calls of the Action API with its cookies, and the token that writes need."""

import threading
from functools import partial
from http import HTTPStatus
from http.cookies import SimpleCookie
from typing import Any, Final
from urllib.parse import urlencode

from takedowns.choices import Outcome
from takedowns.connectors.base import Answer
from takedowns.connectors.calls import Caller, Reply
from takedowns.connectors.steps import Ended, acting, asking, json_of, said, stopped

_WORN_OUT: Final = frozenset({"badtoken", "assertuserfailed", "assertnameduserfailed"})
_STOPPED: Final = _WORN_OUT | {"permissiondenied", "readapidenied", "mustbeloggedin", "blocked", "ipbblocked"}
_LATER: Final = frozenset({"ratelimited", "readonly", "maxlag", "actionthrottledtext"})
_NO_ACCOUNT: Final = frozenset({"nosuchuser", "baduser", "baduser_user"})


class Session:
    """Used from several threads. Signs in at the first call, and anew when the wiki has forgotten us."""

    def __init__(self, caller: Caller, user: str, password: str) -> None:
        self._caller, self._user, self._password = caller, user, password
        self._lock = threading.Lock()
        self._cookies: dict[str, str] = {}
        self._token = ""

    def ask(self, **fields: str) -> dict[str, Any]:
        """The answer to a question. Raises Ended for any other than a good one."""
        told, reply = self._call(fields, is_acting=False)
        if "error" in told:
            raise Ended(answer_to(told, reply))
        return told

    def act(self, **fields: str) -> tuple[dict[str, Any], Reply]:
        """The answer to a call that acts, whose errors may be good ones. Raises Ended when there is none to read."""
        return self._call(fields, is_acting=True)

    def _call(self, fields: dict[str, str], *, is_acting: bool) -> tuple[dict[str, Any], Reply]:
        """A call in our session; once more in a new one when the wiki says, without acting, that it has ended."""
        how = acting if is_acting else asking
        worn_out = ""
        for _ in range(2):
            cookies, token = self._signed_in(worn_out)
            sent = fields | {"assert": "user"} | ({"token": token} if is_acting else {})
            reply = how(partial(self._post, sent, cookies))
            told = _read(reply)
            if code_of(told) not in _WORN_OUT:
                break
            worn_out = token
        return told, reply

    def _signed_in(self, worn_out: str) -> tuple[str, str]:
        """Our cookies and token; new ones when there are none, or the token is the worn-out one. Raises Ended."""
        with self._lock:
            if not self._token or self._token == worn_out:
                self._token = ""
                self._cookies.clear()
                self._token = self._sign_in()
            return self._cookie(), self._token

    def _sign_in(self) -> str:
        login = self._learn({"action": "query", "meta": "tokens", "type": "login"})["query"]["tokens"]["logintoken"]
        named = {"lgname": self._user, "lgpassword": self._password, "lgtoken": login}
        self._learn({"action": "login", **named})
        told = self._learn({"action": "query", "meta": "tokens", "type": "csrf", "assert": "user"})
        return str(told["query"]["tokens"]["csrftoken"])

    def _learn(self, fields: dict[str, str]) -> dict[str, Any]:
        """One call of the sign-in; the cookies that come back are kept. Raises Ended."""
        reply = asking(lambda: self._post(fields, self._cookie()))
        told = _read(reply)
        if "error" in told or told.get("login", {"result": "Success"})["result"] != "Success":
            raise Ended(stopped(reply, "The wiki refuses our sign-in."))
        for line in reply.headers.get_all("Set-Cookie") or []:
            self._cookies |= {name: each.value for name, each in SimpleCookie(line).items()}
        return told

    def _cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    def _post(self, fields: dict[str, str], cookies: str) -> Reply:
        body = urlencode(fields | {"format": "json", "formatversion": "2"}).encode()
        return self._caller.call("POST", body=body, headers={"Cookie": cookies} if cookies else {})


def code_of(told: dict[str, Any]) -> str:
    """The code of the error in an answer; empty without one. Errors come with HTTP 200."""
    error = told.get("error")
    return str(error.get("code", "")) if isinstance(error, dict) else ""


def answer_to(told: dict[str, Any], reply: Reply) -> Answer:
    """What an error comes to."""
    code = code_of(told)
    why = f"{code}: {told.get('error', {}).get('info', '')}"[:300]
    if code in _STOPPED:
        return stopped(reply, "The wiki refuses our calls.")
    if code in _LATER:
        return Answer(Outcome.RETRY, reply.status, why, reply.retry_after_seconds)
    if code in _NO_ACCOUNT:
        return Answer(Outcome.NO_ACCOUNT, reply.status, why)
    if code.startswith("internal_api_error"):
        return Answer(Outcome.AMBIGUOUS, reply.status, why)
    return Answer(Outcome.REFUSED, reply.status, why)


def _read(reply: Reply) -> dict[str, Any]:
    """The answer, when it is the wiki's own. Raises Ended."""
    told = json_of(reply)
    if reply.status == HTTPStatus.OK and told:
        return told
    if reply.status == HTTPStatus.TOO_MANY_REQUESTS:
        raise Ended(Answer(Outcome.RETRY, reply.status, said(reply), reply.retry_after_seconds))
    if reply.status == HTTPStatus.OK or reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise Ended(Answer(Outcome.AMBIGUOUS, reply.status, said(reply), reply.retry_after_seconds))
    raise Ended(stopped(reply, "The server refuses our calls, or this is no api.php."))
