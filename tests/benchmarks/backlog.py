"""A large backlog, written by raw SQL in a minute or two: what pages and the list are measured against."""

import secrets
from itertools import product

from django.db import connection, transaction

from accounts.models import Platform
from reviews.choices import FollowerBand
from reviews.models import Policy, Source
from reviews.rules.lanes import LaneFacts, needed
from reviews.services import lanes, policies, tallying
from staff.actors import Actor, operator
from tests.benchmarks.measuring import raw
from tests.cast import a_client, a_platform

PER_STATEMENT = 50_000
LANGUAGES = ("en", "ru", "ar", "de", "")


def fill(size: int, person: Actor) -> None:
    """`size` cases stand: 85 in 100 wait, 12 were decided by `person`, 3 closed."""
    policies.install_starters(operator())
    client = a_client("Backlog")[0].client
    assert client is not None
    Source.objects.create(client=client, kind=client.kind, name=client.name)
    platform = a_platform()
    _make_lanes(platform, client.kind)
    said = {
        "platform": platform.pk,
        "client": client.pk,
        "kind": client.kind,
        "person": person.person().pk,
        "tag": secrets.token_hex(4),
    }
    for first in range(0, size, PER_STATEMENT):
        with transaction.atomic():
            raw("backlog", first=first, last=min(first + PER_STATEMENT, size) - 1, **said)
    tallying.add_up()
    settle()


def _make_lanes(platform: Platform, kind: str) -> None:
    """Every lane that a case of the backlog may stand in."""
    made = [
        LaneFacts(platform.pk, policy.pk, language, (kind,), protected, band, needed([policy.clearance]))
        for policy, language, protected, band in product(
            Policy.objects.all(), LANGUAGES, ("", "journalist"), FollowerBand.values
        )
    ]
    with transaction.atomic():
        lanes.ids_of(made)


def settle() -> None:
    """The planner knows the tables as they are, and nothing is left to clean up behind the filling."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
