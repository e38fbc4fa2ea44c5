"""Who may come in, and with what."""

import pytest
from django.test import Client

from audit.models import Entry
from common import clock
from common.errors import Invalid, NotAllowed, NotSignedIn
from staff import actors, permissions
from staff.actors import operator
from staff.choices import Role, Scope, SourceKind
from staff.models import ApiKey, User
from staff.permissions import Permission
from staff.selectors import clients as known
from staff.services import clients, people
from tests.calls import nothing_happens
from tests.cast import PASSWORD, Cast, a_client


@pytest.mark.django_db
def test_a_key_is_stored_as_a_hash_alone(cast: Cast) -> None:
    secret = cast.key.partition(".")[2]
    row = ApiKey.objects.get(prefix=cast.key.partition(".")[0])
    assert secret not in str(row.__dict__)
    assert len(row.secret_hash) == 64


@pytest.mark.django_db
@pytest.mark.parametrize("credentials", ["", "x", "cl0000000000.x", "."])
def test_an_unknown_key_opens_nothing(cast: Cast, credentials: str) -> None:
    with pytest.raises(NotSignedIn):
        known.authenticate(credentials)


@pytest.mark.django_db
def test_a_wrong_secret_and_an_unknown_prefix_sound_alike(cast: Cast) -> None:
    prefix = cast.key.partition(".")[0]
    with pytest.raises(NotSignedIn) as wrong:
        known.authenticate(f"{prefix}.wrong")
    with pytest.raises(NotSignedIn) as unknown:
        known.authenticate("cl0000000000.wrong")
    assert wrong.value.message == unknown.value.message


@pytest.mark.django_db
def test_a_key_expires(cast: Cast) -> None:
    with clock.moved(days=366), pytest.raises(NotSignedIn, match="expired"):
        known.authenticate(cast.key)


@pytest.mark.django_db
def test_a_revoked_key_opens_nothing(cast: Cast) -> None:
    clients.revoke(operator(), prefix=cast.key.partition(".")[0])
    with pytest.raises(NotSignedIn, match="revoked"):
        known.authenticate(cast.key)


@pytest.mark.django_db
def test_two_keys_live_during_rotation_and_a_third_is_refused(cast: Cast) -> None:
    second = clients.rotate(operator(), name="Cast client", scopes=["flags:read"])
    assert known.authenticate(cast.key)[0].client == known.authenticate(second)[0].client
    with pytest.raises(Invalid):
        clients.rotate(operator(), name="Cast client", scopes=["flags:read"])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"kind": "nobody"}, "kind"),
        ({"scopes": ["flags:write", "all"]}, "scopes"),
        ({"acts_for": ["nobody"]}, "acts_for"),
        ({"name": "Cast client"}, "name"),
    ],
)
def test_a_faulty_client_is_refused_by_field(cast: Cast, fields: dict[str, object], named: str) -> None:
    before = Entry.objects.count()
    with pytest.raises(Invalid) as refusal:
        clients.create(operator(), **({"name": "New", "kind": "automated", "scopes": ["flags:write"]} | fields))  # type: ignore[arg-type]
    assert (list(refusal.value.fields), Entry.objects.count()) == ([named], before)


@pytest.mark.django_db
def test_a_key_acts_only_for_its_people(cast: Cast) -> None:
    actor, key = known.authenticate(cast.key)
    assert known.acting_for(actor, key, "moderator").user == cast.moderator.user
    with pytest.raises(NotAllowed):
        known.acting_for(actor, key, "outsider")


@pytest.mark.django_db
def test_a_key_lends_no_more_than_the_person_has(cast: Cast) -> None:
    _, key = a_client(scopes=["decisions:write"], acts_for=["auditor"])
    actor, row = known.authenticate(key)
    assert Permission.DECIDE not in known.acting_for(actor, row, "auditor").may


def test_no_scope_approves() -> None:
    lent = set().union(*permissions.FOR_A_PERSON.values(), *permissions.OF_SCOPE.values())
    assert Permission.APPROVE_BATCH not in lent


def test_every_role_and_scope_stands_in_the_table() -> None:
    assert set(permissions.OF_ROLE) == set(Role)
    assert set(permissions.OF_SCOPE) == set(Scope)


def test_the_auditor_changes_nothing() -> None:
    reading = {p for p in Permission if p.name.startswith(("SEE_", "READ_"))}
    assert permissions.of_role(Role.AUDITOR) <= reading


@pytest.mark.django_db
def test_only_an_administrator_makes_people(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        people.change_role(cast.supervisor, username="moderator", role=Role.ADMINISTRATOR)
    assert (
        people.change_role(cast.administrator, username="moderator", role=Role.SENIOR_MODERATOR).role
        == "senior_moderator"
    )


@pytest.mark.django_db
def test_sign_in_and_its_failure_are_in_the_log(cast: Cast) -> None:
    browser = Client()
    browser.post("/sign-in/login/", {"login": "moderator", "password": "wrong"})
    browser.post("/sign-in/login/", {"login": "moderator", "password": PASSWORD})
    actions = list(
        Entry.objects.filter(action__startswith="person.sign").order_by("id").values_list("action", flat=True)
    )
    assert actions == ["person.sign_in_failed", "person.signed_in"]


@pytest.mark.django_db
def test_who_left_cannot_sign_in(cast: Cast) -> None:
    browser = Client()
    browser.post("/sign-in/login/", {"login": "outsider", "password": PASSWORD})
    assert "_auth_user_id" not in browser.session


@pytest.mark.django_db
def test_nobody_signs_up_by_themselves(cast: Cast) -> None:
    Client().post("/sign-in/signup/", {"username": "me", "password1": PASSWORD})
    assert not User.objects.filter(username="me").exists()


def test_the_system_is_an_explicit_actor() -> None:
    assert (actors.SYSTEM.kind, actors.SYSTEM.key, SourceKind.RELAY.value) == ("system", "system", "relay")


@pytest.mark.django_db
def test_a_person_chooses_the_language_of_the_pages(client: Client, cast: Cast) -> None:
    client.force_login(cast.auditor.person())
    answer = client.post("/language/", {"language": "ar", "next": "/audit/?action=case."})
    assert answer.headers["Location"] == "/audit/?action=case."
    assert User.objects.get(username="auditor").page_language == "ar"
    entry = Entry.objects.get(action="person.language_chosen")
    assert entry.detail == {"before": "", "after": "ar"}


@pytest.mark.django_db
def test_who_chooses_the_same_language_again_writes_nothing(cast: Cast) -> None:
    people.choose_language(cast.auditor, language="ar")
    with nothing_happens():
        people.choose_language(cast.auditor, language="ar")


@pytest.mark.django_db
def test_a_language_that_the_pages_do_not_speak_is_refused(cast: Cast) -> None:
    with nothing_happens(), pytest.raises(Invalid):
        people.choose_language(cast.auditor, language="de")


@pytest.mark.django_db
def test_a_choice_of_language_leads_to_no_other_site(client: Client, cast: Cast) -> None:
    client.force_login(cast.auditor.person())
    assert client.post("/language/", {"language": "", "next": "https://example.org/"}).headers["Location"] == "/"
