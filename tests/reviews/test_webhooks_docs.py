"""The example for receivers in docs/webhooks.md works as it stands, against the product."""

import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from moderation.launcher.ports import free_port
from reviews.services.webhooks import delivering, endpoints
from staff import actors
from tests.architecture.doors import ROOT
from tests.cast import Cast, a_flag
from tests.faults.running import eventually
from tests.receivers import Receiver
from tests.reviews.told import Told, an_endpoint, loopback_allowed

pytestmark = pytest.mark.django_db


def the_example() -> str:
    [code] = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "webhooks.md").read_text(), re.DOTALL)
    return code


@pytest.fixture
def told(cast: Cast) -> Iterator[Told]:
    """An endpoint where the example listens once it is started."""
    port = free_port()
    with loopback_allowed():
        yield an_endpoint(cast.client, Receiver(url=f"http://127.0.0.1:{port}", port=port))


@pytest.fixture
def example(told: Told) -> Iterator[subprocess.Popen[str]]:
    given = os.environ | {"WEBHOOK_SECRET": told.secret, "PORT": str(told.receiver.port)}
    command = [sys.executable, "-c", the_example()]
    with subprocess.Popen(command, env=given, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as started:
        eventually(lambda: post(told.receiver.url, b"") == 400, seconds=20, what="The example")
        yield started
        started.terminate()


def post(url: str, body: bytes) -> int:
    """The status of a message that nobody signed; 0 while nobody listens."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data=body)) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code
    except OSError:
        return 0


def test_the_example_takes_what_is_signed_and_nothing_else(
    cast: Cast, told: Told, example: subprocess.Popen[str]
) -> None:
    flag = a_flag(cast.client, client_reference="ticket-1")
    assert delivering.deliver_due() == 1
    [row] = told.deliveries
    assert row.state == "delivered"
    assert example.stdout
    line = example.stdout.readline()
    assert line.startswith("flag.received ")
    assert str(flag.pk) in line
    assert post(told.receiver.url, row.body.encode()) == 400
    endpoints.rotate(actors.operator(), endpoint_id=told.endpoint.pk)
    endpoints.send_test(actors.operator(), endpoint_id=told.endpoint.pk)
    assert delivering.deliver_due() == 1
    assert {each.state for each in told.deliveries} == {"delivered"}


def test_the_example_is_short() -> None:
    assert len([line for line in the_example().splitlines() if line.strip()]) <= 25
