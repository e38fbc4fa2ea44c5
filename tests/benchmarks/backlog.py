"""A large backlog, written by raw SQL in a minute or two: what pages and the list are measured against."""

import secrets

from django.db import connection, transaction

from reviews.models import Source
from reviews.services import policies
from staff.actors import Actor, operator
from tests.benchmarks.measuring import raw
from tests.cast import a_client, a_platform

PER_STATEMENT = 50_000


def fill(size: int, person: Actor) -> None:
    """`size` cases stand: 85 in 100 wait, 12 were decided by `person`, 3 closed."""
    policies.install_starters(operator())
    client = a_client("Backlog")[0].client
    assert client is not None
    Source.objects.create(client=client, kind=client.kind, name=client.name)
    said = {
        "platform": a_platform().pk,
        "client": client.pk,
        "kind": client.kind,
        "person": person.person().pk,
        "tag": secrets.token_hex(4),
    }
    for first in range(0, size, PER_STATEMENT):
        with transaction.atomic():
            raw("backlog", first=first, last=min(first + PER_STATEMENT, size) - 1, **said)
    settle()


def settle() -> None:
    """The planner knows the tables as they are, and nothing is left to clean up behind the filling."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
