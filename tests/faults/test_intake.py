"""Flags are sent in bulk while PostgreSQL, Redis and the web process are killed: what was answered is there, once."""

import json
import os
import random
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
import psycopg
import pytest

from moderation.launcher import embedded, programs
from moderation.launcher.embedded import Folders
from moderation.launcher.layout import Layout
from moderation.launcher.ports import HOST, listening_socket
from moderation.launcher.processes import Process
from moderation.launcher.scratch import OUTSIDE, temporary_folder
from moderation.launcher.supervisor import Supervisor

pytestmark = [pytest.mark.xdist_group("faults")]
ROOT = Path(__file__).resolve().parents[2]
POSTS = 20
SENDERS = 5
ACCOUNTS_SHARED = 40  # flags of all posts meet on these, so that posts wait for one another's locks


@dataclass(frozen=True)
class Form:
    """How many flags a post holds, and who is killed after how many answered posts."""

    flags: int
    kills: Mapping[int, str]


SHORT = Form(flags=200, kills={2: "web", 5: "redis", 8: "postgres", 12: "web", 15: "postgres"})
LONG = Form(
    flags=5_000, kills={1: "web", 3: "postgres", 5: "redis", 8: "web", 11: "postgres", 14: "web", 17: "postgres"}
)


@dataclass
class Sent:
    """What the senders got to hear: the ids of each post's flags, by reference; and what went wrong on the way."""

    answered: dict[str, str] = field(default_factory=dict)
    posts: int = 0
    failures: int = 0
    refusals: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Installation:
    """PostgreSQL (which syncs to the disk), Redis and the web process, each started again when it ends."""

    def __init__(self, folder: Path) -> None:
        self.living: Mapping[str, Process] = {}
        self.supervisor = Supervisor(self._see)
        self.folders = Folders(folder / "postgres", folder, folder)
        self.folder = folder
        self.listener = listening_socket(0)
        self.url = f"http://{HOST}:{self.listener.getsockname()[1]}"

    def _see(self, living: Mapping[str, Process]) -> None:
        self.living = dict(living)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Everything, for as long as the block lasts."""
        passwords = {name: secrets.token_urlsafe(24) for name in embedded.NAMES}
        outside = {name: value for name, value in os.environ.items() if not name.startswith(OUTSIDE)}
        with embedded.both(self.supervisor, self.folders, passwords) as (postgres, redis), self.listener:
            self.database = postgres.url
            self.environment = outside | {
                "DATABASE_URL": postgres.url,
                "REDIS_URL": redis.url,
                "CASELOAD_SECRET_KEY": secrets.token_urlsafe(48),
                "DJANGO_SETTINGS_MODULE": "moderation.settings",
            }
            self.manage("migrate", "--verbosity", "0")
            self.manage("starters")
            self.manage("platform", "create", "simulator", "--connector", "simulator", "--url", "http://127.0.0.1:9")
            made = self.manage(
                "client", "create", "Detector", "--kind", "automated", "--scopes", "flags:write,flags:read", "--json"
            )
            self.key = json.loads(made.splitlines()[-1])["key"]
            web = programs.web(Layout(ROOT), self.environment, self.listener.fileno())
            self.supervisor.start(replace(web, log=self.folder / "web.log"))
            self.supervisor.wait_until(self.answers, "the web process", timeout_seconds=60)
            yield

    def manage(self, *command: str) -> str:
        """A management command's output."""
        line = [sys.executable, "-m", "django", *command]
        return subprocess.run(
            line, cwd=ROOT, env=self.environment, check=True, stdout=subprocess.PIPE, text=True, timeout=120
        ).stdout

    def answers(self) -> bool:
        """Whether the web process answers."""
        try:
            return httpx.get(f"{self.url}/api/v1/policies", headers=self.headers, timeout=3).status_code == 200
        except httpx.TransportError:
            return False

    @property
    def headers(self) -> dict[str, str]:
        """What each call carries."""
        return {"Authorization": f"Bearer {self.key}", "Content-Type": "application/x-ndjson"}

    def kill(self, name: str) -> None:
        """Kill -9, with all its children of the same session."""
        os.killpg(self.living[name].pid, signal.SIGKILL)

    def rows(self, query: str) -> Sequence[tuple[object, ...]]:
        """What stands in the database."""
        with psycopg.connect(self.database) as connection:
            return connection.execute(query).fetchall()


def lines(post: int, count: int) -> dict[str, bytes]:
    """The flags of one post by their reference: most on new accounts, some on accounts that other posts flag, too."""
    chance, found = random.Random(post), {}
    for number in range(count):
        account = f"shared:{chance.randrange(ACCOUNTS_SHARED)}" if number % 10 == 0 else f"own:{post}:{number}"
        reference = f"{post}-{number}"
        flag = {
            "platform": "simulator",
            "account": {"external_id": account, "handle": account.replace(":", "_"), "followers": number},
            "policy": "coordinated_inauthentic_behaviour",
            "reason": "The same text.",
            "client_reference": reference,
        }
        found[reference] = json.dumps(flag).encode()
    return found


def send(installation: Installation, mine: Sequence[int], flags: int, sent: Sent) -> None:
    """Send these posts, each blindly again until it is answered with 2xx: same body, same key."""
    with httpx.Client(timeout=30) as client:
        for post in mine:
            body = lines(post, flags)
            while True:
                try:
                    answer = client.post(
                        f"{installation.url}/api/v1/flags/bulk",
                        content=b"\n".join(body.values()),
                        headers=installation.headers | {"Idempotency-Key": f"post-{post}"},
                    )
                except httpx.TransportError:
                    answer = None
                if answer is not None and answer.status_code == 200:
                    break
                with sent.lock:
                    sent.failures += 1
                    if answer is not None and answer.status_code not in (409, 500, 503):
                        sent.refusals.append(f"{answer.status_code} {answer.text[:300]}")
                time.sleep(0.2)
            with sent.lock:
                sent.posts += 1
                for reference, result in zip(body, answer.json()["results"], strict=True):
                    sent.answered[reference] = result.get("id", "")


@pytest.fixture(
    params=[
        pytest.param(SHORT, id="short", marks=pytest.mark.faults),
        pytest.param(LONG, id="long", marks=pytest.mark.faults_long),
    ]
)
def form(request: pytest.FixtureRequest) -> Form:
    """How large."""
    return request.param


def test_what_was_answered_is_there_once_whatever_is_killed(form: Form) -> None:
    with temporary_folder() as folder:
        installation, sent = Installation(folder), Sent()
        with installation.running():
            shares = [range(start, POSTS, SENDERS) for start in range(SENDERS)]
            senders = [
                threading.Thread(target=send, args=(installation, share, form.flags, sent), daemon=True)
                for share in shares
            ]
            for sender in senders:
                sender.start()
            killed = kill_meanwhile(installation, senders, sent, form)
            check(installation, sent, form, killed)


def kill_meanwhile(installation: Installation, senders: list[threading.Thread], sent: Sent, form: Form) -> list[str]:
    """Keep everything running, kill who is due, until all is sent. Returns who was killed."""
    due, killed, chance = dict(form.kills), [], random.Random(7)
    ends_at = time.monotonic() + 300
    while any(sender.is_alive() for sender in senders):
        assert time.monotonic() < ends_at, (
            f"{sent.posts} of {POSTS} posts were answered within 300 s; {sent.refusals[:3]}"
        )
        installation.supervisor.tick()
        for after in [after for after in due if after <= sent.posts]:
            time.sleep(chance.uniform(0, 0.2))  # in the middle of something
            name = due.pop(after)
            if name in installation.living:
                installation.kill(name)
                killed.append(name)
            else:
                due[after + 1] = name
        time.sleep(0.02)
    return killed


def check(installation: Installation, sent: Sent, form: Form, killed: list[str]) -> None:
    """Every flag that was answered is stored under the id that was answered, with all that belongs to it, once."""
    total = POSTS * form.flags
    assert sorted(killed) == sorted(form.kills.values())
    assert sent.failures > 0, "nothing was ever in the way: the test showed nothing"
    assert sent.refusals == []
    assert len(sent.answered) == total
    stored = dict(installation.rows("SELECT client_reference, id::text FROM reviews_flag"))
    assert stored == sent.answered
    [(flags, snapshots, entries, cases, accounts, on_accounts, opened)] = installation.rows(
        """
        SELECT (SELECT count(*) FROM reviews_flag),
               (SELECT count(DISTINCT snapshot_id) FROM reviews_flag),
               (SELECT count(DISTINCT subject) FROM audit_entry, unnest(subjects) AS subject
                WHERE action = 'flag.received' AND subject LIKE 'flag:%'),
               (SELECT count(*) FROM reviews_case),
               (SELECT count(*) FROM accounts_account),
               (SELECT count(DISTINCT account_id) FROM reviews_flag),
               (SELECT count(*) FROM audit_entry WHERE action = 'case.opened')
        """
    )
    assert (flags, snapshots, entries) == (total, total, total)
    assert cases == accounts == on_accounts == opened
    assert installation.rows("SELECT count(*) FROM audit_entry WHERE action = 'flag.received'") == [(total,)]
    assert installation.rows("SELECT count(*) FROM accounts_snapshot") == [(total,)]
