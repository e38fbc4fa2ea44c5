"""The key of a call is found by a statement of its own: it must find what the models say."""

import pytest
from django.forms.models import model_to_dict

from staff.models import ApiKey
from staff.selectors import clients
from tests.cast import a_client

pytestmark = pytest.mark.django_db


def test_the_key_and_its_client_are_found_as_they_are_stored() -> None:
    _, credentials = a_client()
    _, found = clients.authenticate(credentials)
    stored = ApiKey.objects.select_related("client").get(pk=found.pk)
    assert vars_of(found) == vars_of(stored)
    assert vars_of(found.client) == vars_of(stored.client)


def vars_of(row: object) -> dict[str, object]:
    """Every stored value of a row, as it is."""
    said = model_to_dict(row)  # type: ignore[type-var]
    return said | {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}  # type: ignore[attr-defined]


def test_finding_a_key_takes_one_statement(django_assert_num_queries: object) -> None:
    _, credentials = a_client()
    with django_assert_num_queries(1):  # type: ignore[operator]
        actor, key = clients.authenticate(credentials)
        assert actor.client == key.client
