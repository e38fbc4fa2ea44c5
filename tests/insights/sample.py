"""The shipped sample as rows: the operation's accounts, tracked for one topic, and their months."""

import gzip
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from accounts.models import Account
from accounts.services import accounts, topics
from accounts.services.accounts import AccountFacts
from accounts.services.observations import ObservationFacts, observe
from accounts.services.topics import Tracked
from insights.rules.periods import month_end
from staff.actors import SYSTEM
from tests.cast import a_platform

SAMPLE = Path(__file__).resolve().parents[2] / "accounts" / "sample"
STANCE = {"A": "promoting", "B": "countering"}
TOPIC = "influence-operation"


def lines(name: str) -> Iterator[dict[str, Any]]:
    with gzip.open(SAMPLE / f"{name}.ndjson.gz", "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def load() -> None:
    """All 2,319 accounts and 14,914 months; the 1,952 of the operation tracked for the topic."""
    platform = a_platform()
    rows = list(lines("accounts"))
    facts = [
        AccountFacts(
            platform=platform.slug,
            external_id=row["account"],
            handle=row["handle"],
            followers=row["followers"],
            language=row["language"],
        )
        for row in rows
    ]
    ids = dict(
        zip((row["account"] for row in rows), accounts.upsert(facts, platforms={platform.slug: platform}), strict=True)
    )
    topic = topics.define(SYSTEM, slug=TOPIC, title="Influence operation", definition="Listed by Congress.")
    ours = [row for row in rows if row["source"] == "ira"]
    topics.track(
        SYSTEM,
        topic=topic,
        rows=[Tracked(ids[row["account"]], STANCE.get(row["side"], "neutral"), "", row["category"]) for row in ours],
    )
    for by in {row["outcome_by"] for row in ours}:
        known = [ids[row["account"]] for row in ours if row["outcome_by"] == by]
        on = month_end(date.fromisoformat(f"{by}-01"))
        Account.objects.filter(pk__in=known).update(platform_state="suspended", platform_state_by=on)
    observe(
        [
            ObservationFacts(
                account_id=ids[row["account"]],
                month=date.fromisoformat(f"{row['month']}-01"),
                posts=row["posts"],
                reposts=row["retweets"],
                languages=row["langs"],
                followers_last=row["followers_last"],
            )
            for row in lines("months")
        ]
    )
