"""The demonstration is loaded once, and says that its flags are generated."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Account
from audit.models import Entry
from common import clock
from moderation.sample.flags import SAID, generate
from moderation.sample.material import read_material
from moderation.sample.people import MEMBERS
from reviews.models import Case, Flag
from reviews.selectors.trust import trusted_flags
from staff.choices import SourceKind
from staff.models import User
from tests.conftest import NOON


def load(tmp_path: Path, **passwords: str) -> dict[str, Any]:
    path, out = tmp_path / "passwords.json", StringIO()
    path.write_text(json.dumps(passwords))
    call_command("load_sample", "--passwords", str(path), "--json", stdout=out)
    made: dict[str, Any] = json.loads(out.getvalue())
    return made


@pytest.mark.django_db
def test_it_is_loaded_once(tmp_path: Path) -> None:
    passwords = dict.fromkeys(MEMBERS, "a password that is long")
    first = load(tmp_path, **passwords)
    before = Account.objects.count(), Flag.objects.count(), Case.objects.count(), Entry.objects.count()
    second = load(tmp_path, **passwords | {"moderator": "another password"})
    assert (first["people"], first["accounts"], second["people"], second["flags"]) == (5, 2319, 0, 0)
    assert (Account.objects.count(), Flag.objects.count(), Case.objects.count()) == before[:3]
    assert Entry.objects.count() == before[3] + 9  # four imports begin and end, one password is set
    assert User.objects.get(username="moderator").check_password("another password")
    assert Flag.objects.filter(legal_basis__isnull=False).count() == 2
    assert not Case.objects.filter(legal_deadline_at__isnull=False).exists()
    assert set(Case.objects.values_list("language", flat=True)) >= {"en", "ru", "de", "ar"}
    assert Case.objects.filter(account__protected_class="elected_official").count() == 20
    assert trusted_flags(list(Flag.objects.select_related("client", "policy")))


@pytest.mark.django_db
def test_a_person_without_a_password_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="supervisor"):
        load(tmp_path, moderator="x", moderator2="x", auditor="x", administrator="x")
    assert not User.objects.exists()


def test_every_flag_says_that_it_is_generated_and_the_seed_fixes_them() -> None:
    material = read_material()
    with clock.frozen(NOON):
        one = generate(material, platform="simulator", now=NOON)
        two = generate(material, platform="simulator", now=NOON)
    flags = [flag for of_kind in one.values() for flag in of_kind]
    assert one == two
    assert all(flag.reason.startswith(SAID) for flag in flags)
    assert len({(kind, flag.client_reference) for kind, of_kind in one.items() for flag in of_kind}) == len(flags)
    assert all(flag.flagged_at <= NOON for flag in flags if flag.flagged_at)
    assert 350 <= len({flag.account.external_id for flag in flags}) <= 450


def test_what_a_detector_says_of_a_shared_text_agrees_with_the_evidence() -> None:
    """The page counts captured posts alone: a flag that counted over all of them says how many the sample holds."""
    material = read_material()
    texts = {key: {row["text"] for row in rows} for key, rows in material.posts.items()}
    told = set()
    for flag in generate(material, platform="simulator", now=NOON)[SourceKind.AUTOMATED]:
        key = flag.account.external_id
        group = material.group_of[key]
        held_from = [each for each in group.accounts if group.text in texts.get(each, ())]
        if not held_from:
            said = "None of these posts is in the sample."
        else:
            own = "among them this one" if key in held_from else "but not from this one"
            said = f"The sample holds it from {len(held_from)} of them, {own}."
        assert flag.reason.endswith(said)
        told.add(said.rpartition(", ")[2])
    assert told == {"None of these posts is in the sample.", "among them this one.", "but not from this one."}
