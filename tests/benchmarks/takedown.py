"""Takedowns: a batch from its approval to the last applied enforcement, with a real Celery worker, beat, Redis and
platform: through the webhook connector, 500 in a call, to the receiver that the documentation gives; then a smaller one
through a connector that sends one by one; then decisions one by one.

Raw is the same rows written by plain SQL, set-based, in their last states: no platform is asked, nothing is leased.
"""

import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import transaction

from accounts.models import Platform
from accounts.services.accounts import AccountFacts, upsert
from accounts.services.platforms import PlatformSaid
from common import signing
from insights.services.publishing import publish_definitions
from moderation.celery import app
from moderation.launcher.ports import free_port
from reviews.choices import BatchState
from reviews.models import Batch
from reviews.services import batches, claims, decisions
from reviews.services.batches import Plan
from reviews.services.facts import Verdict
from staff.actors import Actor, operator
from staff.choices import Role
from takedowns.choices import State
from takedowns.models import Attempt, Enforcement
from takedowns.services import reaching
from tests.benchmarks.measuring import Row, check_equal, left_by, raw, seconds
from tests.cast import a_case, a_person, a_policy, an_account
from tests.faults.running import ROOT, eventually, running

SINGLES = 100
ONE_BY_ONE = 10_000


def measure(size: int) -> list[Row]:
    """The figures of `takedown` for a batch of `size` accounts."""
    settings.CASELOAD["UNDO_SECONDS"] = 0
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as processes, _receiver() as (url, secret):
        app.conf.broker_url = processes.redis_url
        publish_definitions(operator())  # or the first refresh would do it in the middle
        bulk = _platform("bulk", "webhook", url, secret)
        slow = _platform("slow", "simulator", processes.simulator.url)
        asker, approver = a_person("asker"), a_person("approver", Role.SUPERVISOR)
        batch, other = _planned(asker, bulk, size), _planned(asker, bulk, size)
        took, ours = left_by(lambda: _run(approver, batch))
        smaller = _planned(asker, slow, min(size, ONE_BY_ONE))
        one_by_one = seconds(lambda: _run(approver, smaller))
        single_took = _singles(asker, slow)
    raw_took, theirs = left_by(lambda: _raw(asker, other))
    check_equal(ours, theirs)
    _check_applied(batch, size)
    return [
        Row("batch_seconds", "s", took, raw_took),
        Row("batch_accounts_per_second", "accounts/s", size / took, size / raw_took),
        Row("one_by_one_accounts_per_second", "accounts/s", min(size, ONE_BY_ONE) / one_by_one),
        Row("single_accounts_per_second", "accounts/s", SINGLES / single_took),
    ]


@contextmanager
def _receiver() -> Iterator[tuple[str, str]]:
    """The documented receiver as a process: its address and secret."""
    secret, port = signing.new_secret(), free_port()
    command = [sys.executable, str(ROOT / "docs/connectors/receiver.py"), str(port), secret]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        yield f"http://127.0.0.1:{port}", secret
    finally:
        process.terminate()
        process.wait(timeout=10)


def _platform(slug: str, connector: str, url: str, secret: str = "") -> Platform:
    said = PlatformSaid(name=slug, connector=connector, url=url, secret=secret)
    return reaching.create(operator(), slug=slug, said=said)[0]


def _planned(asker: Actor, platform: Platform, size: int) -> Batch:
    keys = _accounts(platform, size)
    wanted = Plan(
        title="Benchmark",
        outcome="suspend",
        policy=a_policy().code,
        reason="The same text.",
        expected_count=size,
        accounts=keys,
    )
    return batches.plan(asker, wanted)


def _accounts(platform: Platform, size: int) -> list[tuple[str, str]]:
    tag = secrets.token_hex(4)
    facts = [
        AccountFacts(platform=platform.slug, external_id=f"{tag}:{number}", handle=f"handle{number}", followers=number)
        for number in range(size)
    ]
    upsert(facts, platforms={platform.slug: platform})
    return [(fact.platform, fact.external_id) for fact in facts]


def _run(approver: Actor, batch: Batch) -> None:
    batches.approve(approver, batch_id=batch.pk)
    finished = Batch.objects.filter(pk=batch.pk, state=BatchState.FINISHED)
    eventually(finished.exists, seconds=60 + int(batch.counts["to_enforce"]) / 50, what="The batch")


def _singles(asker: Actor, platform: Platform) -> float:
    """Decide SINGLES cases one after the other, and wait until the platform has done the last."""
    taken = [claims.claim(asker, case_id=a_case(an_account(platform=platform)).pk) for _ in range(SINGLES)]

    def work() -> None:
        made = [
            decisions.decide_one(
                asker,
                Verdict(
                    case_id=claim.case_id,
                    token=claim.token,
                    evidence_version=1,
                    outcome="suspend",
                    policy=a_policy().code,
                    reason="The same text.",
                ),
            )
            for claim in taken
        ]
        causes = [f"decision:{row.pk}" for row in made]
        applied = Enforcement.objects.filter(cause__in=causes, state=State.APPLIED)
        eventually(lambda: applied.count() == SINGLES, seconds=60, what="The single decisions")

    return seconds(work)


def _raw(asker: Actor, batch: Batch) -> None:
    with transaction.atomic():
        raw("takedown", batch=batch.pk, wave=batch.wave, asker=asker.person().pk, asker_key=asker.key)


def _check_applied(batch: Batch, size: int) -> None:
    """The benchmark measured what it says: every account once, applied at the first attempt."""
    rows = Enforcement.objects.filter(wave=batch.wave)
    assert rows.filter(state=State.APPLIED, attempts=1).count() == size
    assert Attempt.objects.filter(enforcement__in=rows).count() == size
