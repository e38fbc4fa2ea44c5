"""A wave: thousands of flags on accounts that a batch just suspended. The queue doesn't grow, every sender hears."""

import json
from collections import Counter

import pytest

from accounts.services import accounts
from accounts.services.accounts import AccountFacts
from reviews.choices import OPEN_CASE
from reviews.models import Case, Flag, Source
from reviews.services import batches, running
from reviews.services.batches import Plan
from staff.choices import SourceKind
from tests.calls import Api, a_claimed_case, a_decision_body, a_flag_body
from tests.cast import Cast, a_client, a_platform, a_policy

pytestmark = pytest.mark.django_db

ACCOUNTS = 1_000
KINDS = [
    SourceKind.USER_REPORT,
    SourceKind.AUTOMATED,
    SourceKind.TRUSTED_FLAGGER,
    SourceKind.GOVERNMENT,
    SourceKind.SCHOOL,
]


def suspended_in_one_batch(cast: Cast) -> list[str]:
    """The external ids of a thousand accounts, suspended in a batch."""
    platform, policy = a_platform(), a_policy()
    names = [f"wave:{number}" for number in range(ACCOUNTS)]
    facts = [AccountFacts(platform=platform.slug, external_id=name, handle=name.replace(":", "_")) for name in names]
    accounts.upsert(facts, platforms={platform.slug: platform})
    plan = Plan(
        title="Wave",
        outcome="suspend",
        policy=policy.code,
        reason="The same text from all of them.",
        expected_count=ACCOUNTS,
        accounts=[(platform.slug, name) for name in names],
    )
    batch = batches.plan(cast.moderator, plan)
    batches.approve(cast.supervisor, batch_id=batch.pk)
    assert running.run(batch.pk) == ACCOUNTS
    return names


def flags_on(names: list[str], policy: str) -> bytes:
    """One flag on each account."""
    sent = [
        {
            "platform": "simulator",
            "account": {"external_id": name, "handle": name.replace(":", "_"), "followers": 7},
            "policy": policy,
            "posts": [{"external_id": "new", "text": "Evidence that nobody had sent before."}],
            "client_reference": name,
        }
        for name in names
    ]
    return b"\n".join(json.dumps(flag).encode() for flag in sent)


def test_a_wave_on_suspended_accounts_leaves_the_queue_as_it_was(cast: Cast) -> None:
    names = suspended_in_one_batch(cast)
    waiting, cases = Case.objects.filter(state__in=OPEN_CASE).count(), Case.objects.count()
    senders = [Api(a_client(f"Sender {kind}", kind)[1]) for kind in KINDS]
    for sender in senders:
        answer = sender.post("/flags/bulk", flags_on(names, a_policy().code))
        assert (answer.status, answer.body["accepted"]) == (200, ACCOUNTS)
        assert Counter(result["state"] for result in answer.body["results"]) == {"already_actioned": ACCOUNTS}
    assert Flag.objects.filter(state="already_actioned").count() == len(KINDS) * ACCOUNTS
    assert (Case.objects.filter(state__in=OPEN_CASE).count(), Case.objects.count()) == (waiting, cases)
    assert Api(cast.key).post("/queue/next", {"staff": "moderator"}).status == 204
    for sender in senders:
        shown = sender.get("/flags?client_reference=wave:7").body
        assert (shown["state"], shown["outcome"]) == ("already_actioned", "suspend")
        mine = sender.get("/sources/me").body
        assert [kind["already_actioned"] for kind in mine["kinds"]] == [ACCOUNTS]
        assert (mine["agreed"], mine["disagreed"], mine["pending"]) == (0, 0, 0)


# ── after a keep ─────────────────────────────────────────────────────────────────────────────────────────
def a_kept_case(cast: Cast) -> Case:
    """The case of an account that was flagged once, and kept."""
    api = Api(cast.key)
    claimed = a_claimed_case(api, "kept")
    decided = api.post(f"/cases/{claimed['case']['id']}/decision", a_decision_body(claimed, "keep"))
    assert decided.status == 201
    return Case.objects.get()


def sources_that_were(name: str, *, agreed: int, disagreed: int) -> list[Api]:
    """Five senders, whose flags were so often agreed and disagreed with."""
    senders = [a_client(f"{name} {number}", SourceKind.USER_REPORT) for number in range(5)]
    for actor, _ in senders:
        Source.objects.create(
            client=actor.client, kind=SourceKind.USER_REPORT, name=name, agreed=agreed, disagreed=disagreed
        )
    return [Api(key) for _, key in senders]


def states_after(case: Case, senders: list[Api]) -> list[str]:
    """How the case stands after a flag by each."""
    found = []
    for sender in senders:
        assert sender.post("/flags", a_flag_body("kept")).status == 201
        found.append(Case.objects.get(pk=case.pk).state)
    return found


def test_one_source_never_brings_a_kept_account_back(cast: Cast) -> None:
    case, [sender, *_] = a_kept_case(cast), sources_that_were("Sure", agreed=200, disagreed=0)
    one_by_one = states_after(case, [sender] * 25)
    in_bulk = sender.post("/flags/bulk", [a_flag_body("kept") for _ in range(25)]).body
    assert (set(one_by_one), in_bulk["accepted"]) == ({"decided"}, 25)
    assert (Case.objects.get().state, case.flags.count()) == ("decided", 51)
    assert Api(cast.key).post("/queue/next", {"staff": "moderator"}).status == 204


def test_distinct_precise_sources_bring_a_kept_account_back(cast: Cast) -> None:
    case = a_kept_case(cast)
    assert states_after(case, sources_that_were("Sure", agreed=8, disagreed=0)) == ["decided", *["waiting"] * 4]
    served = Api(cast.key).post("/queue/next", {"staff": "moderator"})
    assert served.body["case"]["id"] == str(case.pk)


def test_distinct_sources_that_were_wrong_do_not(cast: Cast) -> None:
    case = a_kept_case(cast)
    assert states_after(case, sources_that_were("Wrong", agreed=0, disagreed=20)) == ["decided"] * 5
