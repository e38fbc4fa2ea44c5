"""The simulated platform, as a process over HTTP."""

import re
import signal
import subprocess
import sys
import time
from http.client import HTTPException
from pathlib import Path

import pytest

from tests.takedowns.simulated import Simulated


def test_an_account_not_seen_before_is_active(simulator: Simulated) -> None:
    assert simulator.account("sim:new") == {
        "state": "active",
        "requests": 0,
        "suspensions": 0,
        "reinstatements": 0,
    }


def test_each_request_takes_effect_again(simulator: Simulated) -> None:
    for kind in ("suspend", "suspend", "reinstate"):
        assert simulator.change("sim:again", kind) == 200
    assert simulator.account("sim:again") == {
        "state": "active",
        "requests": 3,
        "suspensions": 2,
        "reinstatements": 1,
    }


def test_an_id_may_hold_any_character(simulator: Simulated) -> None:
    simulator.change("sim:a/b?c=ü %", "suspend")
    assert simulator.account("sim:a/b?c=ü %")["state"] == "suspended"


@pytest.mark.parametrize("path", ["/accounts/missing:7", "/accounts/x/y/z", "/nowhere", "/static/../serving.py"])
def test_what_is_not_there_is_not_found(simulator: Simulated, path: str) -> None:
    assert simulator.ask("GET", path)[0] == 404


def test_a_missing_account_cannot_be_suspended(simulator: Simulated) -> None:
    assert simulator.change("missing:8", "suspend") == 404


def test_totals_count_every_effect(simulator: Simulated) -> None:
    before = simulator.ask("GET", "/stats")[2]
    simulator.change("sim:total", "suspend")
    after = simulator.ask("GET", "/stats")[2]
    assert {name: after[name] - before[name] for name in after} == {
        "accounts": 1,
        "suspended": 1,
        "requests": 1,
        "suspensions": 1,
        "reinstatements": 0,
    }


def test_faults_start_switched_off_and_can_be_read(simulator: Simulated) -> None:
    faults = simulator.ask("GET", "/faults")[2]
    assert not any(value for name, value in faults.items() if name.endswith("_percent"))


@pytest.mark.parametrize("body", ["[]", "{", '{"late_percent": 101}', '{"nothing": 1}', '{"error_percent": "x"}'])
def test_a_fault_that_is_no_fault_is_refused(simulator: Simulated, body: str) -> None:
    assert simulator.ask("PUT", "/faults", body)[0] == 422


def test_percentages_may_not_pass_a_hundred_together(simulator: Simulated) -> None:
    assert simulator.ask("PUT", "/faults", '{"late_percent": 60, "drop_percent": 50}')[0] == 422


def test_too_many_requests_name_a_pause_and_change_nothing(simulator: Simulated) -> None:
    simulator.switch(too_many_percent=100, retry_after_seconds=7)
    status, headers, _ = simulator.ask("POST", "/accounts/sim:429/suspend")
    assert (status, headers["retry-after"]) == (429, "7")
    assert simulator.account("sim:429") == {"state": "active", "requests": 1, "suspensions": 0, "reinstatements": 0}


def test_an_error_changes_nothing(simulator: Simulated) -> None:
    simulator.switch(error_percent=100)
    assert simulator.change("sim:500", "suspend") == 500
    assert simulator.account("sim:500")["suspensions"] == 0


def test_a_cut_connection_leaves_it_open_whether_it_took_effect(simulator: Simulated) -> None:
    simulator.switch(drop_percent=100, seed=1)
    for number in range(20):
        with pytest.raises((OSError, HTTPException)):
            simulator.change(f"sim:drop:{number}", "suspend")
    effects = [simulator.account(f"sim:drop:{number}")["suspensions"] for number in range(20)]
    assert set(effects) == {0, 1}


def test_a_late_request_takes_effect_after_the_client_gave_up(simulator: Simulated) -> None:
    simulator.switch(late_percent=100, late_within_seconds=0.6, seed=2)
    from takedowns.connectors.calls import Caller, Unheard

    caller = Caller(simulator.url, timeout_seconds=0.2)
    with pytest.raises(Unheard):
        caller.call("POST", "/accounts/sim:late/suspend")
    at_once = simulator.account("sim:late")["suspensions"]
    time.sleep(0.8)
    assert (at_once, simulator.account("sim:late")["suspensions"]) == (0, 1)


def test_questions_meet_no_faults(simulator: Simulated) -> None:
    simulator.switch(error_percent=100)
    assert simulator.ask("GET", "/accounts/sim:asked")[0] == 200


def test_the_page_shows_accounts_and_obeys_its_own_strict_policy(simulator: Simulated) -> None:
    simulator.change("sim:<b>page", "suspend")
    status, headers, page = simulator.ask("GET", "/?q=sim%3A%3Cb%3Epage&state=suspended")
    assert status == 200
    assert "default-src 'none'" in headers["content-security-policy"]
    assert 'data-account="sim:&lt;b&gt;page" data-state="suspended"' in page
    assert not re.search(r"\sstyle=|<style|\son\w+=|<script(?! src)", page)


def test_the_pages_files_are_served(simulator: Simulated) -> None:
    for path in re.findall(r'(?:href|src)="(/static/[^"]+)"', simulator.ask("GET", "/")[2]):
        assert simulator.ask("GET", path)[0] == 200


def test_the_pages_form_switches_faults(simulator: Simulated) -> None:
    origin = {"Origin": simulator.url, "Content-Type": "application/x-www-form-urlencoded"}
    status, headers, _ = simulator.ask("POST", "/faults", "error_percent=5&late_percent=2", **origin)
    assert (status, headers["location"]) == (303, "/")
    assert simulator.ask("GET", "/faults")[2]["error_percent"] == 5


def test_another_sites_form_switches_nothing(simulator: Simulated) -> None:
    assert simulator.ask("POST", "/faults", "error_percent=5", Origin="http://evil.example")[0] == 403
    assert simulator.ask("GET", "/faults")[2]["error_percent"] == 0


def test_what_took_effect_survives_a_kill_and_a_stop_is_quick(tmp_path: Path) -> None:
    state = tmp_path / "state.sqlite3"
    command = [sys.executable, "-m", "takedowns.simulator", "--port", "0", "--state", str(state)]
    for stop, suspensions in ((signal.SIGKILL, 1), (signal.SIGTERM, 2)):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            simulated = Simulated(process.stdout.readline().split()[1])
            simulated.change("sim:kept", "suspend")
            assert simulated.account("sim:kept")["suspensions"] == suspensions
            stopped_at = time.monotonic()
            process.send_signal(stop)
            process.wait(timeout=10)
        assert time.monotonic() - stopped_at < 2
