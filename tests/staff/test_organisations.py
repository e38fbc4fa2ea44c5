"""Organisations, whom a client belongs to, and what a relay may state."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from audit.models import Entry
from common import countries
from common.errors import Invalid, NotAllowed, NotFound
from staff.actors import operator
from staff.choices import STATEABLE
from staff.models import ApiClient, Organisation
from staff.services import clients, organisations
from staff.services.organisations import OrganisationFacts
from tests.calls import nothing_happens
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> dict[str, Any]:
    out = StringIO()
    call_command("client", *arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


def a_relay(**terms: Any) -> ApiClient:
    return clients.create(operator(), name="A relay", kind="relay", scopes=["flags:write"], **terms)[0]


def test_an_organisation_is_entered(cast: Cast) -> None:
    made = organisations.enter(cast.administrator, OrganisationFacts(" Institute ", "research", "DE"))
    entry = Entry.objects.latest("id")
    assert (made.name, made.country_name) == ("Institute", "Germany")
    assert (entry.action, entry.subjects) == ("organisation.created", [f"organisation:{made.pk}"])


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (OrganisationFacts(" "), "name"),
        (OrganisationFacts("Known"), "name"),
        (OrganisationFacts("New", kind="club"), "kind"),
        (OrganisationFacts("New", country="XX"), "country"),
    ],
)
def test_a_faulty_organisation_is_refused_by_field(cast: Cast, facts: OrganisationFacts, field: str) -> None:
    organisations.enter(operator(), OrganisationFacts("Known"))
    with nothing_happens(), pytest.raises(Invalid) as refusal:
        organisations.enter(operator(), facts)
    assert list(refusal.value.fields) == [field]


def test_who_may_enter_and_change_organisations(cast: Cast) -> None:
    known = organisations.enter(cast.supervisor, OrganisationFacts("Known"))
    for nobody in (cast.moderator, cast.senior, cast.auditor, cast.client):
        with nothing_happens(), pytest.raises(NotAllowed):
            organisations.enter(nobody, OrganisationFacts("New"))
        with nothing_happens(), pytest.raises(NotAllowed):
            organisations.change(nobody, known, OrganisationFacts("New"))


def test_a_change_is_logged_with_before_and_after(cast: Cast) -> None:
    known = organisations.enter(cast.supervisor, OrganisationFacts("Old"))
    organisations.change(cast.supervisor, known, OrganisationFacts("New", country="FR"))
    with nothing_happens():
        organisations.change(cast.supervisor, known, OrganisationFacts("New", country="FR"))
    assert Entry.objects.latest("id").detail == {
        "before": {"name": "Old", "kind": "other", "country": ""},
        "after": {"name": "New", "kind": "other", "country": "FR"},
    }


def test_the_command_enters_an_organisation_once(cast: Cast) -> None:
    for name in ("One", "Two"):
        run("create", name, "--kind", "trusted_flagger", "--scopes", "flags:write", "--organisation", "Institute")
    assert list(Organisation.objects.get().clients.order_by("name").values_list("name", flat=True)) == ["One", "Two"]


def test_the_command_makes_a_relay_with_terms(cast: Cast) -> None:
    said = ("--may-state", "youth_leader,school", "--terms", "Schools of the city")
    run("create", "Relay", "--kind", "relay", "--scopes", "flags:write", *said)
    made = ApiClient.objects.get(name="Relay")
    assert (made.may_state, made.terms) == (["school", "youth_leader"], "Schools of the city")


def test_the_command_changes_what_it_is_told_and_nothing_else(cast: Cast) -> None:
    a_relay(may_state=["school"], terms="Schools")
    assert run("change", "A relay", "--organisation", "City")["may_state"] == ["school"]
    run("change", "A relay", "--may-state", "school,youth_leader")
    made = ApiClient.objects.get(name="A relay")
    assert (made.may_state, made.terms, str(made.organisation)) == (["school", "youth_leader"], "Schools", "City")
    run("change", "A relay", "--organisation", "")
    assert ApiClient.objects.get(name="A relay").organisation is None


def test_the_command_says_what_is_missing(cast: Cast) -> None:
    with pytest.raises(CommandError, match="--kind"):
        run("create", "New", "--scopes", "flags:write")
    with pytest.raises(CommandError, match="No API client"):
        run("change", "Nobody")


def test_a_change_of_a_client_is_logged_with_before_and_after(cast: Cast) -> None:
    a_relay()
    clients.change(operator(), name="A relay", organisation="City", may_state=["school"])
    with nothing_happens():
        clients.change(operator(), name="A relay", organisation="City", may_state=["school"])
    detail = Entry.objects.filter(action="client.changed").get().detail
    assert detail["before"] == {"organisation": "", "may_state": STATEABLE, "terms": "", "calls_per_second": None}
    assert detail["after"] == detail["before"] | {"organisation": "City", "may_state": ["school"]}


@pytest.mark.parametrize(
    ("name", "terms", "field"),
    [
        ("A relay", {"may_state": ["school", "relay"]}, "may_state"),
        ("A relay", {"may_state": []}, "may_state"),
        ("Cast client", {"may_state": ["school"]}, "terms"),
        ("Cast client", {"terms": "None"}, "terms"),
    ],
)
def test_faulty_terms_are_refused(cast: Cast, name: str, terms: dict[str, Any], field: str) -> None:
    a_relay()
    with nothing_happens(), pytest.raises(Invalid) as refusal:
        clients.change(operator(), name=name, **terms)
    assert list(refusal.value.fields) == [field]


def test_only_who_manages_staff_changes_a_client(cast: Cast) -> None:
    with nothing_happens(), pytest.raises(NotAllowed):
        clients.change(cast.supervisor, name="Cast client", organisation="City")
    with pytest.raises(NotFound):
        clients.change(cast.administrator, name="Nobody")


def test_countries_are_those_of_iso_3166() -> None:
    assert (len(countries.NAMES), countries.NAMES["CI"], countries.NAMES["ZW"]) == (249, "Côte d’Ivoire", "Zimbabwe")
    assert (countries.country_name("DE"), countries.country_name("")) == ("Germany", "")
