"""Whatever is sent, one by one or in bulk, valid or not, again or at once, ends in the rows of the plain reference."""

import random
import threading
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Account, Post, Snapshot
from audit.models import Entry
from reviews.models import Case, Flag
from reviews.services import ranking
from staff.actors import Actor
from staff.choices import SourceKind
from tests.calls import Api, Json
from tests.cast import a_cast, a_client, a_decision, a_platform, a_policy
from tests.reviews.reference import CaseRow, FlagRow, Reference

KINDS = [SourceKind.USER_REPORT, SourceKind.AUTOMATED, SourceKind.TRUSTED_FLAGGER, SourceKind.SCHOOL]
POLICIES = {"spam": 1, "threats": 4}

accounts_said = st.fixed_dictionaries(
    {"external_id": st.sampled_from(["a", "b"]), "handle": st.sampled_from(["one", "two"])},
    optional={
        "followers": st.sampled_from([0, 5, 1_000_000, None]),
        "display_name": st.sampled_from(["", "Zoë", None]),
        "language": st.sampled_from(["en", "ar"]),
    },
)
posts_said = st.lists(
    st.sampled_from([{"external_id": "p1", "text": "one"}, {"external_id": "p2", "text": "two"}]),
    max_size=2,
    unique_by=lambda post: post["external_id"],
)
good = st.fixed_dictionaries(
    {"platform": st.just("simulator"), "account": accounts_said, "policy": st.sampled_from(sorted(POLICIES))},
    optional={"posts": posts_said, "reason": st.just("r"), "client_reference": st.sampled_from(["x", "y"])},
)
bad = good.flatmap(
    lambda flag: st.sampled_from(
        [
            flag | {"platform": "nowhere"},
            flag | {"policy": "no_such"},
            flag | {"colour": "red"},
            flag | {"account": flag["account"] | {"followers": "many"}},
        ]
    )
)
calls = st.tuples(
    st.just("send"),
    st.integers(0, len(KINDS) - 1),
    st.booleans(),
    st.lists(st.one_of(good, good, good, bad), min_size=1, max_size=4),
)
decisions = st.tuples(st.just("decide"), st.sampled_from(["a", "b"]), st.sampled_from(["suspend", "keep", "keep"]))
crowds = st.tuples(st.just("crowd"), st.sampled_from(["a", "b"]), posts_said)
steps = st.lists(st.one_of(calls, crowds, decisions), min_size=5, max_size=14)


@dataclass
class World:
    """Four clients, two policies, a moderator, and the reference beside them."""

    apis: list[Api]
    moderator: Actor
    reference: Reference
    references: dict[str, FlagRow]  # by the id that was answered

    @classmethod
    def new(cls) -> "World":
        """Made anew, in an empty database."""
        a_platform()
        for code, severity in POLICIES.items():
            a_policy(code, severity=severity)
        apis = [Api(a_client(f"Client {kind}", kind)[1]) for kind in KINDS]
        return cls(apis, a_cast().moderator, Reference(POLICIES, [str(kind) for kind in KINDS]), {})

    def send(self, client: int, in_bulk: bool, bodies: list[Json]) -> None:
        """One call in bulk, or one for each flag; each answer is what the reference says."""
        for part in [bodies] if in_bulk else [[body] for body in bodies]:
            expected = self.reference.send(client, part)
            for answer, wanted in zip(self._answers(client, in_bulk, part), expected, strict=True):
                if isinstance(wanted, str):
                    assert wanted in answer, (wanted, answer)
                    continue
                assert self.references.setdefault(answer["id"], wanted) is wanted
                assert Flag.objects.get(pk=answer["id"]).state == wanted.state

    def _answers(self, client: int, in_bulk: bool, bodies: list[Json]) -> list[Any]:
        if in_bulk:
            results = self.apis[client].post("/flags/bulk", bodies).body["results"]
            return [_refusal(result["error"]) if "error" in result else result for result in results]
        answer = self.apis[client].post("/flags", bodies[0])
        return [answer.body if answer.status in (200, 201) else _refusal(answer.body)]

    def crowd(self, account: str, posts: list[Json]) -> None:
        """Three of the clients flag the same account one after another."""
        for client in range(3):
            said = {"external_id": account, "handle": "one"}
            self.send(client, False, [{"platform": "simulator", "account": said, "policy": "spam", "posts": posts}])

    def decide(self, account: str, outcome: str) -> None:
        """The account's open case is decided, where there is one."""
        if self.reference.decide(account, outcome):
            case = Case.objects.get(account__external_id=account, state="waiting")
            a_decision(self.moderator, outcome, case)


def _refusal(problem: Json) -> list[str]:
    """A problem's stable code, and the fields that it names."""
    return [str(problem["code"]), *(error["field"] for error in problem.get("errors", []))]


def check(world: World) -> None:
    """The rows are those of the reference."""
    reference = world.reference
    stored = {row.external_id: row for row in Account.objects.all()}
    assert stored.keys() == reference.accounts.keys()
    for external_id, said in reference.accounts.items():
        row = stored[external_id]
        assert (row.handle, row.followers) == (said["handle"], said.get("followers"))
        assert (row.display_name, row.language) == (said.get("display_name", ""), said.get("language", ""))
    assert Counter(Snapshot.objects.values_list("account__external_id", "followers")) == Counter(reference.snapshots)
    assert dict(_posts()) == reference.posts
    check_flags_and_cases(world)
    received = Entry.objects.filter(action="flag.received")
    assert received.count() == len(reference.flags)
    assert Entry.objects.filter(action="case.opened").count() == len(reference.cases)


def _posts() -> list[tuple[tuple[str, str], str]]:
    rows = Post.objects.values_list("account__external_id", "external_id", "text")
    return [((account, post), text) for account, post, text in rows]


def check_flags_and_cases(world: World) -> None:
    """Each flag in its case, each case as its flags make it, each rank as it would be computed anew."""
    flags = {str(row.pk): row for row in Flag.objects.select_related("case__policy")}
    assert flags.keys() == world.references.keys()
    assert len(flags) == len(world.reference.flags)
    pairs: dict[int, Any] = {}
    for pk, wanted in world.references.items():
        row = flags[pk]
        assert (row.state, row.client_reference) == (wanted.state, wanted.reference)
        assert pairs.setdefault(id(wanted.case), row.case_id) == row.case_id
    by_id = {id(case): case for case in world.reference.cases}
    assert Case.objects.count() == len(by_id) == len(set(pairs.values()))
    for key, case in by_id.items():
        check_case(world.reference, case, Case.objects.get(pk=pairs[key]))


def check_case(reference: Reference, wanted: CaseRow, row: Case) -> None:
    """One case, and its rank."""
    assert (row.state, row.evidence_version) == (wanted.state, wanted.version)
    if wanted.state != "waiting":
        return
    assert row.policy.severity == row.rank_parts["severity_step"] == reference.severity(wanted)
    assert set(row.source_kinds) == reference.sources(wanted)
    assert row.rank_parts["followers"] == reference.accounts[wanted.account].get("followers")
    before = (row.serving_order, row.rank_parts, row.due_at, row.source_kinds, row.policy_id)
    ranking.rerank([row.pk])
    row.refresh_from_db()
    assert (row.serving_order, row.rank_parts, row.due_at, row.source_kinds, row.policy_id) == before


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(steps=steps)
def test_any_mixture_ends_in_the_rows_of_the_reference(steps: list[tuple[Any, ...]]) -> None:
    with transaction.atomic():
        world = World.new()
        for kind, *what in steps:
            getattr(world, kind)(*what)
        check(world)
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(4))
def test_calls_at_once_end_in_the_rows_of_some_order(seed: int) -> None:
    """Six threads send the same 24 calls, each in its own order: every flag is there once, wherever it came first."""
    chance = random.Random(seed)
    world = World.new()
    wanted = [
        (client, chance.random() < 0.5, [_a_body(chance, f"{client}-{call}-{number}") for number in range(5)])
        for client in range(len(KINDS))
        for call in range(6)
    ]
    orders = [chance.sample(wanted, len(wanted)) for _ in range(6)]
    failures: list[object] = []
    threads = [threading.Thread(target=_send_all, args=(world, order, failures)) for order in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    for client, _, bodies in wanted:
        world.reference.send(client, bodies)
    check_order_free(world)


def _a_body(chance: random.Random, reference: str) -> Json:
    account = {"external_id": chance.choice("abcdefgh"), "handle": "one", "followers": 5}
    posts = [{"external_id": chance.choice(["p1", "p2"]), "text": "same"}]
    policy = chance.choice(sorted(POLICIES))
    return {
        "platform": "simulator",
        "account": account,
        "policy": policy,
        "posts": posts,
        "client_reference": reference,
    }


def _send_all(world: World, order: list[tuple[int, bool, list[Json]]], failures: list[object]) -> None:
    try:
        for client, in_bulk, bodies in order:
            for part in [bodies] if in_bulk else [[body] for body in bodies]:
                refused = [answer for answer in world._answers(client, in_bulk, part) if isinstance(answer, list)]
                failures.extend(refused)
    except Exception as error:  # told to the test's own thread
        failures.append(error)
    finally:
        connection.close()


def check_order_free(world: World) -> None:
    """What holds whoever came first: each flag once, one case per account that holds all of its flags, its rank."""
    reference = world.reference
    sent = Counter((flag.body["account"]["external_id"], flag.reference) for flag in reference.flags)
    assert Counter(Flag.objects.values_list("account__external_id", "client_reference")) == sent
    assert Counter(Snapshot.objects.values_list("account__external_id", "followers")) == Counter(reference.snapshots)
    assert dict(_posts()) == reference.posts
    by_account = {row.account.external_id: row for row in Case.objects.select_related("account", "policy")}
    assert len(by_account) == Case.objects.count() == len(reference.cases)
    for case in reference.cases:
        row = by_account[case.account]
        assert row.flags.count() == len(reference.of(case))
        check_case(reference, case, row)
    assert Entry.objects.filter(action="flag.received").count() == len(reference.flags)
    assert Entry.objects.filter(action="case.opened").count() == len(reference.cases)
