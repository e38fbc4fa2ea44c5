"""A batch is paused, goes on, loses its worker, is cancelled: the platform and the ledger agree on what was touched."""

import time
from pathlib import Path

import pytest

from accounts.services import accounts
from accounts.services.accounts import AccountFacts
from reviews.choices import ItemOutcome
from reviews.models import Batch
from reviews.selectors import batch_items
from reviews.services import batches, steering
from staff.actors import Actor
from takedowns.selectors import enforcements
from tests.cast import a_person, a_platform, a_policy
from tests.faults.running import Running, eventually, running

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("faults"), pytest.mark.faults]
SIZE = 2000
STOPS_WITHIN_SECONDS = 2.0  # what is promised of a pause
SETTINGS = {"dispatch_lease_seconds": 2, "simulator_timeout_seconds": 0.4, "simulator_settles_seconds": 1}


def a_running_batch(asker: Actor) -> Batch:
    platform = a_platform(url="")
    facts = [
        AccountFacts(platform=platform.slug, external_id=f"steered:{number}", handle=f"h{number}")
        for number in range(SIZE)
    ]
    accounts.upsert(facts, platforms={platform.slug: platform})
    plan = batches.Plan(
        title="Steered",
        outcome="suspend",
        policy=a_policy().code,
        reason="It is so.",
        expected_count=SIZE,
        accounts=[(fact.platform, fact.external_id) for fact in facts],
    )
    return batches.approve(
        a_person("supervisor", "supervisor"),  # type: ignore[arg-type]
        batch_id=batches.plan(asker, plan).pk,
    )


def requests(processes: Running) -> int:
    return int(processes.simulator.ask("GET", "/stats")[2]["requests"])


def applied(batch: Batch) -> int:
    return enforcements.wave_progress(batch.wave).get("applied", 0)


def test_each_account_ends_applied_or_untouched(transactional_db: None, tmp_path: Path) -> None:
    asker = a_person("moderator")
    with running(tmp_path, **SETTINGS) as processes:
        batch = a_running_batch(asker)
        eventually(lambda: applied(batch) > 50, seconds=60, what="The first")
        steering.pause(asker, batch_id=batch.pk)
        time.sleep(STOPS_WITHIN_SECONDS)
        before, done = requests(processes), applied(batch)
        time.sleep(2 * STOPS_WITHIN_SECONDS)
        assert (requests(processes), done < SIZE) == (before, True)
        steering.resume(asker, batch_id=batch.pk)
        eventually(lambda: applied(batch) > done + 50, seconds=60, what="More")
        processes.kill_worker()
        steering.cancel(asker, batch_id=batch.pk)
        eventually(
            lambda: Batch.objects.get(pk=batch.pk).finished_at is not None, seconds=90, what="What was on its way"
        )
        _agree(processes, Batch.objects.get(pk=batch.pk))


def _agree(processes: Running, batch: Batch) -> None:
    lines = batch_items.lines_of(batch, list(batch.items.order_by("position")))
    outcomes = {line.item.external_id: line.outcome for line in lines}
    assert set(outcomes.values()) == {ItemOutcome.APPLIED, ItemOutcome.UNTOUCHED}
    seen = {external_id: processes.simulator.account(external_id) for external_id in outcomes}
    is_suspended = {ItemOutcome.APPLIED: ("suspended", 1), ItemOutcome.UNTOUCHED: ("active", 0)}
    wrong = [
        (external_id, outcome, seen[external_id])
        for external_id, outcome in outcomes.items()
        if (seen[external_id]["state"], seen[external_id]["suspensions"]) != is_suspended[outcome]
    ]
    assert wrong == []
