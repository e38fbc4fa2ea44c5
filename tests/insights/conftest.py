"""Fixtures of what looks back."""

import pytest
from django.test import Client

from staff.actors import Actor


@pytest.fixture
def signed_in(client: Client):
    """`signed_in(actor)`: the test's browser, signed in as that person."""

    def sign_in(actor: Actor) -> Client:
        client.force_login(actor.person())
        return client

    return sign_in
