"""The webhook connector against the receiver that the documentation gives, as a real process, and against odd ones."""

import json
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from common import signing
from common.errors import Invalid
from common.ids import new_id
from takedowns.connectors import Action, Answer
from takedowns.connectors.base import Reach
from takedowns.connectors.webhook import KIND, Webhook

RECEIVER = Path(__file__).parents[2] / "docs/connectors/receiver.py"
SECRET = "whsec_bm90IGEgc2VjcmV0IG9mIGFueWJvZHkncyBldmVyIQ=="


@pytest.fixture(scope="module")
def example() -> Iterator[str]:
    """The address of the documented receiver."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, str(RECEIVER), str(port), SECRET], stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield f"http://127.0.0.1:{port}/takedowns"
    finally:
        process.terminate()
        process.wait(timeout=10)


def _wait_for(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except ConnectionRefusedError:
            threading.Event().wait(0.05)
        else:
            return
    pytest.fail("The receiver did not start.")


def reached(url: str, secret: str = SECRET) -> Webhook:
    made = KIND.build(Reach(url, secret=secret))
    assert isinstance(made, Webhook)
    return made


def action(external_id: str, kind: str = "suspend") -> Action:
    until = datetime(2027, 1, 1, tzinfo=UTC)
    return Action(id=new_id(), kind=kind, external_id=external_id, until=until, policy="spam")


def outcomes(answers: list[Answer]) -> list[str]:
    return [str(answer.outcome) for answer in answers]


def test_five_hundred_at_once_take_effect_and_are_seen(example: str) -> None:
    connector = reached(example)
    actions = [action(f"many:{number}/ü") for number in range(500)]
    assert outcomes(connector.send(actions)) == ["applied"] * 500
    assert [look.standing for look in connector.look_up_many(["many:0/ü", "many:499/ü", "other"])] == [
        "suspended",
        "suspended",
        "active",
    ]


def test_the_same_again_was_so_already_and_a_reinstatement_lifts(example: str) -> None:
    connector, one = reached(example), action("again")
    assert outcomes([*connector.send([one]), *connector.send([one])]) == ["applied", "already"]
    assert outcomes(connector.send([action("again", "reinstate")])) == ["applied"]
    assert connector.look_up("again").standing == "active"
    with urlopen(f"{example}?external_id=again") as asked:
        assert json.load(asked)["last_action_id"] not in ("", str(one.id))


def test_another_secret_is_refused_and_nothing_counts_as_sent(example: str) -> None:
    stranger = reached(example, signing.new_secret())
    [answer] = stranger.send([action("stranger")])
    assert (answer.outcome, answer.status_code, answer.retry_after_seconds) == ("not_sent", 401, 60)
    assert reached(example).look_up("stranger").standing == "active"


def test_the_check_says_what_to_do(example: str) -> None:
    assert reached(example).check() == ""
    assert reached("http://127.0.0.1:9").check().startswith("Nobody answers at this address")


@contextmanager
def odd_receiver(status: int, body: str, **headers: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A receiver that always answers so, and what it was sent: chunked when `headers` say so."""
    got: list[dict[str, Any]] = []

    class Odd(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
            got.append({"body": sent, "headers": dict(self.headers)})
            said = body.replace("ID", json.loads(sent)["actions"][0]["id"]).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            if "Transfer_Encoding" in headers:
                said = b"%x\r\n%s\r\n0\r\n\r\n" % (len(said), said)
            else:
                self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Odd) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", got
        server.shutdown()


ONE = '{"results": [{"id": "ID", "outcome": "%s", "error": "because"}]}'


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (200, ONE % "applied", "applied"),
        (200, ONE % "already", "already"),
        (200, ONE % "unknown_account", "no_account"),
        (200, ONE % "refused", "refused"),
        (200, ONE % "perhaps", "ambiguous"),
        (200, '{"results": []}', "ambiguous"),
        (200, '{"results": [{"id": "another", "outcome": "applied"}]}', "ambiguous"),
        (200, "thanks", "ambiguous"),
        (200, "[]", "ambiguous"),
        (200, '{"results": null}', "ambiguous"),
        (204, "", "ambiguous"),
        (302, "", "ambiguous"),
        (400, "what?", "retry"),
        (401, "", "not_sent"),
        (403, "", "not_sent"),
        (404, "", "retry"),
        (429, "", "retry"),
        (500, "", "ambiguous"),
        (503, "", "ambiguous"),
    ],
)
def test_each_answer_counts_as_the_contract_says(status: int, body: str, outcome: str) -> None:
    with odd_receiver(status, body) as (url, _):
        [answer] = reached(url).send([action("one")])
    assert (answer.outcome, answer.status_code) == (outcome, status)


def test_a_refusal_says_why() -> None:
    with odd_receiver(200, ONE % "refused") as (url, _):
        assert reached(url).send([action("one")])[0].error == "because"


@pytest.mark.parametrize("asked", ["7", "Wed, 25 Nov 2099 00:00:00 GMT"])
def test_the_pause_that_is_asked_for_is_obeyed_in_seconds_or_as_a_date(asked: str) -> None:
    with odd_receiver(429, "", Retry_After=asked) as (url, _):
        [answer] = reached(url).send([action("one")])
    assert answer.retry_after_seconds == 7 if asked == "7" else answer.retry_after_seconds > 1e9


def test_an_answer_in_pieces_is_read_whole() -> None:
    with odd_receiver(200, ONE % "applied", Transfer_Encoding="chunked") as (url, _):
        connector = reached(url)
        assert outcomes([*connector.send([action("one")]), *connector.send([action("two")])]) == ["applied"] * 2


def test_an_answer_without_end_is_none() -> None:
    with odd_receiver(200, " " * 1_100_000) as (url, _):
        [answer] = reached(url).send([action("one")])
    assert (answer.outcome, answer.status_code) == ("ambiguous", None)
    assert "undue length" in answer.error


def test_a_message_keeps_its_id_and_is_signed_as_the_specification_says() -> None:
    with odd_receiver(500, "") as (url, got):
        connector, one = reached(url), action("one")
        for _ in range(2):
            connector.send([one])
    ids = {each["headers"]["webhook-id"] for each in got}
    assert len(ids) == 1
    headers = {name.lower(): value for name, value in got[0]["headers"].items()}
    assert signing.Webhook(SECRET).verify(got[0]["body"], headers) == {
        "actions": [
            {
                "id": str(one.id),
                "kind": "suspend",
                "external_id": "one",
                "until": "2027-01-01T00:00:00+00:00",
                "policy": "spam",
            }
        ]
    }


@pytest.mark.parametrize(
    ("url", "secret"), [("http://elsewhere.example", SECRET), ("https://x.example", "not base64!")]
)
def test_an_address_or_a_secret_that_can_not_work_is_refused_at_once(url: str, secret: str) -> None:
    with pytest.raises(Invalid):
        reached(url, secret)


def test_the_receiver_is_as_short_as_the_documentation_says() -> None:
    lines = [line for line in RECEIVER.read_text().splitlines() if line and not re.match(r'import|from|"""', line)]
    assert len(lines) <= 30
