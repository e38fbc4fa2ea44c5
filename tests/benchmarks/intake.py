"""Intake: flags per second in bulk and one by one, each on an account of its own, through the whole API.

Ours is a call of `POST /flags` or `POST /flags/bulk` in this process: parsing, authentication, validation, every row
and the answer; the network is left out. Raw is the same rows written by plain SQL, set-based, from a number series.
"""

import json
import secrets
import time

from django.db import transaction
from django.test import Client

from reviews.services import policies
from staff.actors import operator
from tests.benchmarks.measuring import Row, check_equal, left_by, p99_ms, raw
from tests.cast import a_client, a_platform, a_policy

PER_CALL = 10_000
SINGLES = 300
MILLION = 1_000_000


class Sender:
    """An API client that sends generated flags."""

    def __init__(self) -> None:
        self.actor, key = a_client("Benchmark", scopes=["flags:write"])
        self.platform, self.policy = a_platform(), a_policy()
        self._client = Client(SERVER_NAME="127.0.0.1", headers={"Authorization": f"Bearer {key}"})

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

    def bulk(self, tag: str, size: int) -> None:
        """`size` flags, PER_CALL in a call."""
        for start in range(0, size, PER_CALL):
            lines = [self.body(tag, number) for number in range(start, min(start + PER_CALL, size))]
            answer = self._client.post("/api/v1/flags/bulk", b"\n".join(lines), content_type="application/x-ndjson")
            assert answer.json()["accepted"] == len(lines), answer.content[:500]

    def single(self, tag: str, number: int) -> float:
        """One flag in a call of its own. Returns the seconds."""
        body = self.body(tag, number)
        started = time.perf_counter()
        answer = self._client.post("/api/v1/flags", body, content_type="application/json")
        assert answer.status_code == 201, answer.content[:500]
        return time.perf_counter() - started

    def raw(self, tag: str, first: int, count: int) -> None:
        """`count` flags by plain SQL, from number `first` on."""
        with transaction.atomic():
            raw(
                "intake",
                tag=tag,
                first=first,
                last=first + count - 1,
                platform=self.platform.pk,
                policy=self.policy.pk,
                client=self.actor.client.pk,  # type: ignore[union-attr]
                kind=self.actor.client.kind,  # type: ignore[union-attr]
            )


def measure(size: int) -> list[Row]:
    """The figures of `intake`; those at a million stored flags only when `size` is a million or more."""
    policies.install_starters(operator())
    sender = Sender()
    sender.single(secrets.token_hex(4), 0)  # the source and the connection exist
    bulk = _compare(size, lambda tag: sender.bulk(tag, size), lambda tag: sender.raw(tag, 0, size))
    samples: list[float] = []
    single = _compare(
        SINGLES,
        lambda tag: samples.extend(sender.single(tag, number) for number in range(SINGLES)),
        lambda tag: [sender.raw(tag, number, 1) for number in range(SINGLES)],
    )
    return [
        Row("bulk_flags_per_second", "flags/s", *bulk),
        Row("bulk_flags_per_second_at_1m", "flags/s", *(_at_a_million(sender, size))),
        Row("single_flags_per_second", "flags/s", *single),
        Row("single_flag_p99_ms", "ms", p99_ms(samples)),
    ]


def _compare(count: int, ours: object, other: object) -> tuple[float, float]:
    """Flags per second of both ends, after checking that they left equal rows."""
    ours_took, ours_left = left_by(lambda: ours(secrets.token_hex(4)))  # type: ignore[operator]
    raw_took, raw_left = left_by(lambda: other(secrets.token_hex(4)))  # type: ignore[operator]
    check_equal(ours_left, raw_left)
    return count / ours_took, count / raw_took


def _at_a_million(sender: Sender, size: int) -> tuple[float | None, float | None]:
    if size < MILLION:
        return None, None
    for start in range(0, MILLION, 100_000):
        sender.raw("before", start, 100_000)
    return _compare(PER_CALL, lambda tag: sender.bulk(tag, PER_CALL), lambda tag: sender.raw(tag, 0, PER_CALL))
