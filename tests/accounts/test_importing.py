"""Files come in: again with no effect, on after an interruption, and with what doesn't fit set aside."""

import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from accounts.models import Account, Activity, Observation, Post, TrackedAccount
from accounts.services import topics
from accounts.services.importing import Accounts, Imported, Observations, Places, Posts, Target, engine, import_file
from accounts.services.importing import Activity as Tallies
from audit.models import Entry
from common.errors import Invalid, NotAllowed
from staff.actors import operator
from tests.cast import Cast, a_platform, an_account

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _places() -> None:
    a_platform()
    topics.define(operator(), slug="threat", title="Threat", definition="What counts.")


def write(path: Path, *rows: dict[str, Any] | str) -> Path:
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    content = ("\n".join(lines) + "\n").encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def accounts(topic: str = "") -> Target:
    return Accounts(operator(), Places("simulator", topic))


def load(path: Path, target: Target | None = None) -> Imported:
    return import_file(operator(), path, target or accounts())


def rejects(path: Path) -> list[dict[str, Any]]:
    beside = path.with_name(path.name + ".rejects.ndjson")
    return [json.loads(line) for line in beside.read_text().splitlines()]


@pytest.mark.parametrize("name", ["a.ndjson", "a.ndjson.gz"])
def test_lines_of_json_plain_or_packed(tmp_path: Path, name: str) -> None:
    done = load(
        write(
            tmp_path / name,
            {"external_id": "1", "handle": "ä", "followers": 7},
            "",
            {"external_id": "2", "handle": "b"},
        )
    )
    assert (done.accepted, done.rejected) == (2, 0)
    assert Account.objects.get(external_id="1").followers == 7
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_cells_of_csv_and_an_empty_one_says_nothing(tmp_path: Path) -> None:
    an_account("1", bio="kept")
    path = tmp_path / "a.csv"
    path.write_text('\ufeffexternal_id,handle,bio,followers,attributes\r\n1,"a, b",,12,"{""x"": 1}"\r\n', "utf-8")
    load(path)
    account = Account.objects.get(external_id="1")
    assert (account.handle, account.bio, account.followers, account.attributes) == ("a, b", "kept", 12, {"x": 1})


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    path = write(tmp_path / "a.ndjson", {"external_id": "1", "handle": "a", "stance": "neutral"})
    load(path, accounts("threat"))
    before = list(Account.objects.values()), list(TrackedAccount.objects.values())
    load(path, accounts("threat"))
    assert (list(Account.objects.values()), list(TrackedAccount.objects.values())) == before


def test_what_does_not_fit_is_set_aside_with_line_and_reason(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.ndjson",
        {"external_id": "1", "handle": "a"},
        {"external_id": "2", "handle": "b", "followers": -1},
        "{broken",
        {"external_id": "3", "handle": "c", "colour": "red"},
        {"external_id": "4", "handle": "d", "platform": "elsewhere"},
    )
    done = load(path)
    assert (done.accepted, done.rejected) == (1, 4)
    said = {reject["line"]: reject["reason"] for reject in rejects(path)}
    assert list(said) == [2, 3, 4, 5]
    assert "followers" in said[2]
    assert "JSON" in said[3]
    assert "colour" in said[4]
    assert "'elsewhere' is not known" in said[5]
    assert Account.objects.get().external_id == "1"


def test_the_rejects_of_a_new_run_replace_the_old_ones(tmp_path: Path) -> None:
    path = write(tmp_path / "a.ndjson", {"external_id": "1"})
    load(path)
    load(path)
    assert len(rejects(path)) == 1


def test_an_interrupted_import_goes_on_where_it_was_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "CHUNK", 2)
    rows = [{"external_id": str(n), "handle": "h"} for n in range(5)]
    path = write(tmp_path / "a.ndjson", rows[0], {"external_id": "bad"}, *rows[1:])
    store = Accounts.store

    def cut(target: Accounts, chunk: Any) -> list[str]:
        if any(row.external_id == "3" for row in chunk):
            raise KeyboardInterrupt
        return store(target, chunk)

    monkeypatch.setattr(Accounts, "store", cut)
    with pytest.raises(KeyboardInterrupt):
        load(path)
    monkeypatch.setattr(Accounts, "store", store)
    done = load(path)
    assert done.resumed_after_line == 4
    assert (done.accepted, done.rejected, Account.objects.count()) == (5, 1, 5)
    assert [reject["line"] for reject in rejects(path)] == [2]
    assert not path.with_name("a.ndjson.progress.json").exists()


def test_another_file_of_the_same_name_starts_anew(tmp_path: Path) -> None:
    path = write(tmp_path / "a.ndjson", {"external_id": "1", "handle": "a"})
    (tmp_path / "a.ndjson.progress.json").write_text('{"run": "another", "line": 1}')
    assert load(path).accepted == 1


def test_a_file_that_is_cut_off_says_so_and_keeps_what_came(tmp_path: Path) -> None:
    path = write(tmp_path / "a.ndjson.gz", *[{"external_id": str(n), "handle": f"h{n}"} for n in range(3000)])
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(Invalid, match="can't be read past line"):
        load(path)
    assert 0 < Account.objects.count() < 3000


def test_a_value_that_only_the_database_refuses_does_not_sink_the_chunk(tmp_path: Path) -> None:
    early = {"external_id": "1", "handle": "a", "first_seen_at": "0001-01-01T00:00:00+14:00"}
    path = write(tmp_path / "a.ndjson", early, {"external_id": "2", "handle": "b"})
    done = load(path)
    assert (done.accepted, done.rejected) == (1, 1)
    assert "first_seen_at" in rejects(path)[0]["reason"]


def test_the_log_tells_of_start_and_end(tmp_path: Path) -> None:
    load(write(tmp_path / "a.ndjson", {"external_id": "1", "handle": "a"}, "{"))
    entries = Entry.objects.filter(action__startswith="import.").order_by("id")
    assert [entry.action for entry in entries] == ["import.started", "import.finished"]
    assert entries[1].detail == {"what": "accounts", "file": "a.ndjson", "accepted": 1, "rejected": 1}


def test_a_moderator_imports_nothing(cast: Cast, tmp_path: Path) -> None:
    before = Entry.objects.count()
    with pytest.raises(NotAllowed):
        import_file(cast.moderator, write(tmp_path / "a.ndjson", {"external_id": "1", "handle": "a"}), accounts())
    assert (Account.objects.count(), Entry.objects.count()) == (0, before)


def test_months_are_replaced_and_never_added(tmp_path: Path) -> None:
    an_account("1")
    target = Observations(Places("simulator"))
    month = {"account": "1", "month": "2017-08", "posts": 5, "languages": {"ar": 5}}
    load(write(tmp_path / "a.ndjson", month, {"account": "?", "month": "2017-08", "posts": 1}), target)
    load(write(tmp_path / "b.ndjson", month | {"posts": 7}), target)
    seen = Observation.objects.get()
    assert (seen.month, seen.posts, seen.languages, seen.followers_last) == (date(2017, 8, 1), 7, {"ar": 5}, None)
    assert "'?' is not known on 'simulator'" in rejects(tmp_path / "a.ndjson")[0]["reason"]


def test_a_post_stays_as_it_was_captured(tmp_path: Path) -> None:
    an_account("1")
    post = {"account": "1", "external_id": "p", "text": "مرحبا", "language": "ar", "posted_at": "2016-01-01T00:00:00Z"}
    load(write(tmp_path / "a.ndjson", post), Posts(Places("simulator")))
    load(write(tmp_path / "b.ndjson", post | {"text": "edited"}), Posts(Places("simulator")))
    assert Post.objects.get().text == "مرحبا"


def test_tallies_need_a_topic(tmp_path: Path) -> None:
    cell = {"day": "2017-08-01", "stance": "neutral", "posts": 2}
    path = write(tmp_path / "a.ndjson", cell, cell | {"topic": "threat", "posts": 3}, cell | {"topic": "none"})
    done = load(path, Tallies(operator(), Places("simulator")))
    assert (done.accepted, done.rejected, Activity.objects.get().posts) == (1, 2, 3)
    assert [reject["line"] for reject in rejects(path)] == [1, 3]


def test_a_line_at_fault_costs_few_transactions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    store = Accounts.store
    monkeypatch.setattr(Accounts, "store", lambda self, rows: sizes.append(len(rows)) or store(self, rows))
    rows = [{"external_id": str(n), "handle": "x"} for n in range(64)]
    done = load(write(tmp_path / "a.ndjson", *rows[:40], rows[40] | {"created_on": "0001-01-01"}, *rows[41:]))
    assert (done.accepted, done.rejected, Account.objects.count()) == (63, 1, 63)
    assert sizes == [64, 32, 32, 16, 8, 8, 4, 2, 1, 1, 2, 4, 16]
    assert [reject["line"] for reject in rejects(tmp_path / "a.ndjson")] == [41]


def test_a_column_that_is_said_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("external_id,handle,attributes,attributes.a\n1,x,b,c\n")
    done = load(path)
    assert (done.accepted, done.rejected) == (0, 1)
    assert rejects(path)[0]["reason"] == "attributes.a: attributes stands in a column of its own, too."


def test_days_that_nobody_can_mean_are_refused(tmp_path: Path) -> None:
    cell = {"day": "9999-12-31", "stance": "neutral", "posts": 2}
    tallies = load(write(tmp_path / "a.ndjson", cell), Tallies(operator(), Places("simulator", "threat")))
    made = load(write(tmp_path / "b.ndjson", {"external_id": "1", "handle": "x", "created_on": "0001-01-01"}))
    assert [(done.accepted, done.rejected) for done in (tallies, made)] == [(0, 1), (0, 1)]
    assert rejects(tmp_path / "b.ndjson")[0]["reason"].startswith("created_on: ")


def test_a_platform_that_is_not_known_is_refused_at_once() -> None:
    with pytest.raises(Invalid, match="'elsewhere' is not known"):
        Places("elsewhere")
