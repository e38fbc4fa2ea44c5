"""Intake: flags per second in bulk and one by one, each on an account of its own, over HTTP.

Ours is the web process as `demo` starts it, called over the loopback address by a client on the same cores: parsing,
authentication, validation, every row and the answer. Raw is the same rows written by plain SQL, set-based, from a
number series, in one session.
"""

import json
import secrets
from collections.abc import Sequence

from django.db import connection, transaction

from reviews.services import policies
from staff.actors import operator
from staff.models import ApiClient
from tests.benchmarks.measuring import Row, check_equal, left_by, p99_ms, raw
from tests.benchmarks.serving import Web, Wire, at_once, web
from tests.cast import a_client, a_platform, a_policy

PER_CALL = 10_000
SINGLES = 3_000
RAW_SINGLES = 500
WARMING = 200
CONNECTIONS = 16
MILLION = 1_000_000


class Sender:
    """An API client that sends generated flags to `port`."""

    def __init__(self, port: int, name: str = "Benchmark") -> None:
        policies.install_starters(operator())
        self.actor, self.key = a_client(name, scopes=["flags:write"])
        # asked for at each call as ever, but no end to what is measured
        ApiClient.objects.filter(name=name).update(calls_per_second=100_000)
        self.platform, self.policy = a_platform(), a_policy()
        self.port = port

    def body(self, tag: str, number: int) -> bytes:
        """One flag as it is sent."""
        account = {"external_id": f"{tag}:{number}", "handle": f"handle{number}", "followers": number % 5000}
        flag = {
            "platform": self.platform.slug,
            "account": account,
            "policy": self.policy.code,
            "reason": "The same text.",
        }
        return json.dumps(flag | {"client_reference": f"{tag}-{number}"}).encode()

    def calls(self, size: int) -> list[bytes]:
        """The bodies of bulk calls with `size` flags together, PER_CALL in each."""
        tag = secrets.token_hex(4)
        starts = range(0, size, PER_CALL)
        return [b"\n".join(self.body(tag, n) for n in range(at, min(at + PER_CALL, size))) for at in starts]

    def bulk(self, calls: Sequence[bytes]) -> None:
        """One call after the other."""
        wire = Wire(self.port, self.key)
        for body in calls:
            status, answer = wire.post("/api/v1/flags/bulk", body)
            assert status == 200, answer[:500]
            assert json.loads(answer)["rejected"] == 0, answer[:500]
        wire.close()

    def singles(self, count: int) -> list[bytes]:
        """The bodies of single calls."""
        tag = secrets.token_hex(4)
        return [self.body(tag, number) for number in range(count)]

    def single(self, bodies: Sequence[bytes]) -> list[float]:
        """Each in a call of its own, over CONNECTIONS. Returns the seconds of each."""
        return at_once(self.port, self.key, CONNECTIONS, bodies, "/api/v1/flags", expected=201)

    def raw(self, first: int, count: int, tag: str = "") -> None:
        """`count` flags by plain SQL, from number `first` on."""
        with transaction.atomic():
            raw(
                "intake",
                tag=tag or secrets.token_hex(4),
                first=first,
                last=first + count - 1,
                platform=self.platform.pk,
                policy=self.policy.pk,
                client=self.actor.client.pk,  # type: ignore[union-attr]
                kind=self.actor.client.kind,  # type: ignore[union-attr]
            )


def measure(size: int) -> list[Row]:
    """The figures of `intake`; those at a million open cases only when `size` is a million or more."""
    with web() as served:
        sender = Sender(served.port)
        sender.single(sender.singles(WARMING))  # the source, the workers' connections and their caches exist
        return _measured(sender, served, size)


def _measured(sender: Sender, served: Web, size: int) -> list[Row]:
    in_bulk = min(size, 2 * PER_CALL) if size >= MILLION else size
    bulk = _bulk(sender, in_bulk)
    samples: list[float] = []
    bodies = sender.singles(SINGLES)
    ours_took, _ = left_by(lambda: samples.extend(sender.single(bodies)))
    raw_took, _ = left_by(lambda: [sender.raw(number, 1) for number in range(RAW_SINGLES)])
    return [
        Row("bulk_flags_per_second", "flags/s", *bulk),
        Row("bulk_flags_per_second_at_1m", "flags/s", *_at_a_million(sender, size, in_bulk)),
        Row("single_flags_per_second", "flags/s", SINGLES / ours_took, RAW_SINGLES / raw_took),
        Row("single_flag_p99_ms", "ms", p99_ms(samples)),
        Row("web_memory", "MB", served.resident_bytes() / 1e6),
    ]


def _bulk(sender: Sender, size: int) -> tuple[float, float]:
    """Flags per second of both ends, after checking that they left equal rows."""
    calls = sender.calls(size)
    ours_took, ours_left = left_by(lambda: sender.bulk(calls))
    raw_took, raw_left = left_by(lambda: [sender.raw(at, min(PER_CALL, size - at)) for at in range(0, size, PER_CALL)])
    check_equal(ours_left, raw_left)
    return size / ours_took, size / raw_took


def _at_a_million(sender: Sender, size: int, in_bulk: int) -> tuple[float | None, float | None]:
    if size < MILLION:
        return None, None
    for start in range(0, MILLION, 100_000):
        sender.raw(start, 100_000, "before")
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")  # what filling left to write is no part of the figure
    return _bulk(sender, in_bulk)
