"""Callers that write the same accounts in different orders neither deadlock nor double."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts.models import Account
from accounts.services import accounts
from accounts.services.accounts import AccountFacts
from tests.cast import a_platform


@pytest.mark.django_db(transaction=True)
def test_callers_in_any_order_never_deadlock() -> None:
    platforms = {"simulator": a_platform()}

    def write(seed: int) -> None:
        chance = random.Random(seed)
        try:
            for turn in range(8):
                names = chance.sample(range(200), 120)
                said = [AccountFacts(platform="simulator", external_id=str(n), handle=f"{turn}") for n in names]
                accounts.upsert(said, platforms=platforms)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(6)))
    assert Account.objects.count() == 200
