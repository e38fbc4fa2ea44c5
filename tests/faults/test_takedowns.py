"""A batch of real accounts is suspended while everything that can fail fails; each account is suspended once."""

import gzip
import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Count

from accounts import sample
from accounts.services import accounts
from accounts.services.accounts import AccountFacts
from audit.models import Entry
from reviews.models import Batch, Decision
from reviews.services import batches
from takedowns.models import Attempt, Enforcement
from takedowns.selectors import enforcements
from takedowns.services.recovery import LOST
from tests.cast import a_person, a_platform, a_policy
from tests.faults.running import Running, eventually, running

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("faults")]


@dataclass(frozen=True)
class Form:
    """How large and how long. The short form has more faults, since it has fewer accounts to meet them; when each has
    happened the platform heals, since an account that meets six of them waits for a minute between its sends.
    """

    accounts: int
    faults: dict[str, float]
    settings: dict[str, float]
    seconds: float
    heals: bool


SHORT = Form(
    accounts=50,
    faults={
        "error_percent": 10,
        "too_many_percent": 8,
        "retry_after_seconds": 1,
        "late_percent": 12,
        "late_within_seconds": 0.5,
        "drop_percent": 5,
        "seed": 7,
    },
    settings={"dispatch_lease_seconds": 2, "simulator_timeout_seconds": 0.4, "simulator_settles_seconds": 1},
    seconds=150,
    heals=True,
)
LONG = Form(
    accounts=500,
    faults={
        "error_percent": 5,
        "too_many_percent": 5,
        "retry_after_seconds": 1,
        "late_percent": 2,
        "late_within_seconds": 10,
        "seed": 7,
    },
    settings={},
    seconds=600,
    heals=False,
)


@pytest.fixture(
    params=[
        pytest.param(SHORT, id="short", marks=pytest.mark.faults),
        pytest.param(LONG, id="long", marks=pytest.mark.faults_long),
    ]
)
def form(request: pytest.FixtureRequest) -> Form:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def processes(transactional_db: None, tmp_path: Path, form: Form) -> Iterator[Running]:
    with running(tmp_path, **form.settings) as started:
        yield started


def a_running_batch(size: int) -> Batch:
    """`size` real accounts of the sample's operation, asked for by a moderator, approved by a supervisor."""
    platform, policy = a_platform(url=""), a_policy()
    with gzip.open(sample.ACCOUNTS, "rt", encoding="utf-8") as file:
        rows = [row for row in map(json.loads, file) if row["source"] == "ira"][:size]
    facts = [_facts(platform.slug, row) for row in rows]
    accounts.upsert(facts, platforms={platform.slug: platform})
    plan = batches.Plan(
        title="Accounts of one operation",
        outcome="suspend",
        policy=policy.code,
        reason="Run together, by one hand.",
        expected_count=size,
        accounts=[(platform.slug, row["account"]) for row in rows],
    )
    batch = batches.plan(a_person("moderator"), plan)
    return batches.approve(a_person("supervisor", "supervisor"), batch_id=batch.pk)  # type: ignore[arg-type]


def _facts(platform: str, row: dict[str, Any]) -> AccountFacts:
    return AccountFacts(
        platform=platform,
        external_id=row["account"],
        handle=row["handle"],
        followers=row["followers"],
        language=row["language"],
    )


def test_each_account_is_suspended_once_whatever_fails(processes: Running, form: Form) -> None:
    processes.simulator.switch(**form.faults)
    batch = a_running_batch(form.accounts)
    _break_things(processes, batch, form)
    eventually(lambda: _everything_did_fail(processes), seconds=form.seconds, what="Each fault")
    if form.heals:
        processes.simulator.switch()
    eventually(lambda: _is_finished(batch), seconds=form.seconds, what="The batch")
    _the_platform_counts_one_each(processes, form)
    _the_ledger_agrees(processes, batch, form)
    _no_entry_is_missing(batch, form)


def _break_things(processes: Running, batch: Batch, form: Form) -> None:
    """Kill the worker with -9 while it is sending, empty Redis, and kill the next worker when it sends again."""
    for share in (0.1, 0.3):
        eventually(
            lambda share=share: _is_sending(batch, applied=share * form.accounts),
            seconds=form.seconds,
            what=f"Sending after {share:.0%}",
        )
        processes.kill_worker()
        if share == 0.1:
            processes.empty_redis()


def _is_sending(batch: Batch, *, applied: float) -> bool:
    now = enforcements.wave_progress(batch.wave)
    return now.get("applied", 0) >= applied and now.get("sending", 0) > 0


def _is_finished(batch: Batch) -> bool:
    batch.refresh_from_db()
    return batch.state == "finished"


def _everything_did_fail(processes: Running) -> bool:
    """Whether each fault has happened: without them the test proves nothing."""
    happened = Counter(Attempt.objects.values_list("outcome", "status_code"))
    lost = Attempt.objects.filter(error=LOST).count()
    with sqlite3.connect(processes.folder / "simulator.sqlite3") as simulated:
        [(late,)] = simulated.execute("SELECT count(*) FROM effect WHERE was_late")
    simulated.close()
    return bool(happened["retry", 500] and happened["retry", 429] and lost and late)


def _the_platform_counts_one_each(processes: Running, form: Form) -> None:
    stats = processes.simulator.ask("GET", "/stats")[2]
    assert (stats["suspended"], stats["suspensions"], stats["reinstatements"]) == (form.accounts, form.accounts, 0)
    assert stats["requests"] > form.accounts, "No request met a fault."


def _the_ledger_agrees(processes: Running, batch: Batch, form: Form) -> None:
    rows = list(Enforcement.objects.filter(wave=batch.wave).select_related("account"))
    assert len(rows) == form.accounts
    assert {(row.kind, row.state, row.lease) for row in rows} == {("suspend", "applied", None)}
    assert {row.cause for row in rows} == {f"decision:{pk}" for pk in Decision.objects.values_list("pk", flat=True)}
    seen = {row.account.external_id: processes.simulator.account(row.account.external_id) for row in rows}
    assert {(each["state"], each["suspensions"]) for each in seen.values()} == {("suspended", 1)}
    assert not [row for row in rows if row.attempts < seen[row.account.external_id]["requests"]], "A send is not in it."
    assert Attempt.objects.filter(outcome="").count() == 0


def _no_entry_is_missing(batch: Batch, form: Form) -> None:
    told = Counter(Entry.objects.values_list("action", flat=True))
    assert {
        action: told[action] for action in ("batch.planned", "batch.approved", "batch.started", "batch.finished")
    } == {
        "batch.planned": 1,
        "batch.approved": 1,
        "batch.started": 1,
        "batch.finished": 1,
    }
    for action in ("decision.made", "enforcement.requested", "enforcement.applied"):
        once = Entry.objects.filter(action=action).values("subjects__0").annotate(many=Count("pk"))
        assert {each["many"] for each in once} == {1}, action
        assert len(once) == form.accounts, action
    assert told["enforcement.retrying"] > 0
    assert told["enforcement.became_unknown"] > 0
