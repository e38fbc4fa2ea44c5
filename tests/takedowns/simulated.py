"""The simulated platform as tests see it from outside."""

import http.client
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, urlsplit


class Simulated:
    """Asks and switches the simulator at `url`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.address = urlsplit(url).netloc

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> tuple[int, dict[str, str], Any]:
        """(status, headers in lower case, body: parsed when it is JSON)."""
        connection = http.client.HTTPConnection(self.address, timeout=10)
        try:
            connection.request(method, path, body or None, headers)
            response = connection.getresponse()
            text = response.read().decode()
            told = {name.lower(): value for name, value in response.getheaders()}
        finally:
            connection.close()
        return response.status, told, json.loads(text) if "json" in told.get("content-type", "") else text

    def account(self, external_id: str) -> dict[str, Any]:
        """How the platform sees the account."""
        return self.ask("GET", f"/accounts/{quote(external_id, safe='')}")[2]

    def change(self, external_id: str, kind: str) -> int:
        """Ask it to change the account. Returns the status."""
        return self.ask("POST", f"/accounts/{quote(external_id, safe='')}/{kind}")[0]

    def switch(self, **faults: float) -> None:
        """Switch these faults on and all others off."""
        status, _, answer = self.ask("PUT", "/faults", json.dumps(faults))
        assert status == 200, answer


@contextmanager
def a_simulator() -> Iterator[Simulated]:
    """A simulated platform of one's own, as a process, for as long as the block lasts."""
    command = [sys.executable, "-m", "takedowns.simulator", "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield Simulated(process.stdout.readline().split()[1])
    finally:
        process.terminate()
        process.communicate(timeout=10)
