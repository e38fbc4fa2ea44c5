"""A wave: thousands of flags on accounts that a batch just suspended. The queue doesn't grow, every sender hears."""

import json
from collections import Counter

import pytest

from accounts.services import accounts
from accounts.services.accounts import AccountFacts
from reviews.choices import OPEN_CASE
from reviews.models import Case, Flag
from reviews.services import batches, running
from reviews.services.batches import Plan
from staff.choices import SourceKind
from tests.calls import Api
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
