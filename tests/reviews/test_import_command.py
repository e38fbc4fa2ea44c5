"""`manage.py import`: one door for all kinds of lines."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from reviews.models import Case, Flag
from tests.cast import a_client, a_platform, a_policy

pytestmark = pytest.mark.django_db
FLAG = {
    "account": {"external_id": "1", "handle": "a", "followers": 9},
    "policy": "coordinated_inauthentic_behaviour",
    "reason": "It is so.",
    "posts": [{"external_id": "p", "text": "Again.", "language": "en"}],
}


@pytest.fixture(autouse=True)
def _place() -> None:
    a_platform()
    a_policy()


def run(*arguments: str) -> dict[str, Any]:
    out = StringIO()
    call_command("import", *arguments, "--json", stdout=out)
    made: dict[str, Any] = json.loads(out.getvalue().splitlines()[-1])
    return made


def flags_file(tmp_path: Path, *rows: dict[str, Any]) -> str:
    path = tmp_path / "flags.ndjson"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return str(path)


def test_flags_go_through_intake_and_a_second_run_adds_none(tmp_path: Path) -> None:
    a_client("Partner")
    path = flags_file(tmp_path, FLAG, FLAG | {"reason": "Another."}, FLAG | {"policy": "none"})
    first = run("flags", path, "--platform", "simulator", "--client", "Partner")
    second = run("flags", path, "--platform", "simulator", "--client", "Partner")
    assert (first["accepted"], first["rejected"]) == (second["accepted"], second["rejected"]) == (2, 1)
    assert (Flag.objects.count(), Case.objects.count()) == (2, 1)
    assert Flag.objects.first().snapshot.followers == 9  # type: ignore[union-attr]


def test_flags_of_a_table_name_the_account_s_fields_with_a_dot(tmp_path: Path) -> None:
    a_client("Partner")
    path = tmp_path / "flags.csv"
    path.write_text(
        "platform,account.external_id,account.handle,policy\nsimulator,7,x,coordinated_inauthentic_behaviour\n"
    )
    assert run("flags", str(path), "--client", "Partner")["accepted"] == 1


def test_flags_need_the_client_whose_they_are(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="--client"):
        run("flags", flags_file(tmp_path, FLAG), "--platform", "simulator")


def test_the_research_data_holds_no_flags(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="format"):
        run("flags", flags_file(tmp_path, FLAG), "--format", "research")


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no file"):
        run("accounts", str(tmp_path / "none.ndjson"))
