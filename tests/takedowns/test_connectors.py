"""The simulator's connector against the real process, and what URLs may be sent to."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from common.errors import Invalid
from common.ids import new_id
from takedowns.connectors import Action, Answer, connector_for
from takedowns.connectors.base import Profile, Reach, checked_url
from takedowns.connectors.calls import Caller, Unheard
from takedowns.connectors.simulator import Simulator
from tests.takedowns.simulated import Simulated


@pytest.fixture
def connector(simulator: Simulated, monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    from django.conf import settings

    monkeypatch.setitem(settings.CASELOAD, "SIMULATOR_TIMEOUT_SECONDS", 0.3)
    made = Simulator(simulator.url)
    yield made
    made._caller.close()


def sent(connector: Simulator, external_id: str, kind: str = "suspend") -> Answer:
    [answer] = connector.send([Action(id=new_id(), kind=kind, external_id=external_id, until=None, policy="spam")])
    return answer


def test_a_suspension_is_applied_and_seen(connector: Simulator) -> None:
    assert sent(connector, "con:1/ü").outcome == "applied"
    assert connector.look_up("con:1/ü").standing == "suspended"


def test_a_missing_account_is_told_apart(connector: Simulator) -> None:
    assert sent(connector, "missing:1").outcome == "no_account"
    assert connector.look_up("missing:1").standing == "no_account"


def test_a_profile_is_told_with_the_state_and_an_account_can_go(connector: Simulator, simulator: Simulated) -> None:
    simulator.ask("PUT", "/accounts/con:2/profile", '{"handle": "new", "followers": 1200, "posts": -1, "bio": 7}')
    look = connector.look_up("con:2")
    assert (look.standing, look.profile) == ("active", Profile(handle="new", followers=1200))
    simulator.ask("PUT", "/accounts/con:2/profile", '{"gone": true}')
    assert (connector.look_up("con:2").standing, sent(connector, "con:2").outcome) == ("no_account", "no_account")


@pytest.mark.parametrize(
    ("faults", "outcome"),
    [
        ({"too_many_percent": 100, "retry_after_seconds": 4}, "retry"),
        ({"error_percent": 100}, "retry"),
        ({"drop_percent": 100}, "ambiguous"),
        ({"late_percent": 100, "late_within_seconds": 0}, "ambiguous"),
        ({"latency_percent": 100, "latency_ms": 2000}, "ambiguous"),
    ],
)
def test_each_fault_has_its_answer(
    connector: Simulator, simulator: Simulated, faults: dict[str, float], outcome: str
) -> None:
    simulator.switch(**faults)
    assert sent(connector, "con:faulty").outcome == outcome


def test_the_pause_asked_for_is_passed_on(connector: Simulator, simulator: Simulated) -> None:
    simulator.switch(too_many_percent=100, retry_after_seconds=4)
    assert sent(connector, "con:429").retry_after_seconds == 4


def test_nobody_there_means_not_sent() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        assert sent(Simulator(f"http://127.0.0.1:{taken.getsockname()[1]}"), "con:1").outcome == "not_sent"


def test_a_look_at_nobody_is_unclear() -> None:
    assert Simulator("http://127.0.0.1:9").look_up("con:1").standing == "unclear"


def test_a_kept_connection_that_the_server_closed_is_not_used() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_answer_once_each, args=(server, 2), daemon=True).start()
        caller = Caller(f"http://127.0.0.1:{server.getsockname()[1]}", timeout_seconds=2)
        first = caller.call("GET", "/").status
        time.sleep(0.1)  # until its end of the connection has come
        assert (first, caller.call("GET", "/").status) == (200, 200)
        caller.close()


def test_half_an_answer_is_none() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        half = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"
        threading.Thread(target=_answer_once_each, args=(server, 1, half), daemon=True).start()
        with pytest.raises(Unheard):
            Caller(f"http://127.0.0.1:{server.getsockname()[1]}", timeout_seconds=2).call("GET", "/")


def _answer_once_each(server: socket.socket, times: int, text: bytes = b"") -> None:
    for _ in range(times):
        client, _ = server.accept()
        with client:
            client.recv(65536)
            client.sendall(text or b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")


@pytest.mark.parametrize(
    "url", ["https://platform.example/api/", "http://127.0.0.1:8100", "http://[::1]:1", "http://localhost"]
)
def test_takedowns_go_over_tls_or_stay_on_this_machine(url: str) -> None:
    assert checked_url(url) == url.rstrip("/")


@pytest.mark.parametrize(
    "url", ["http://platform.example", "ftp://127.0.0.1", "", "https://", "http://127.0.0.1.evil.example"]
)
def test_no_other_address_is_accepted(url: str) -> None:
    with pytest.raises(Invalid):
        checked_url(url)


def test_an_unknown_connector_is_named() -> None:
    with pytest.raises(Invalid, match="nobody-wrote-it"):
        connector_for("nobody-wrote-it", Reach())
