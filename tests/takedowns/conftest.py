"""A connector that answers as the test says, and the simulated platform as a real process."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import pytest
from redis import Redis

from accounts.models import Platform
from common import fleeting
from takedowns import connectors
from takedowns.choices import Outcome, Standing
from takedowns.connectors import Action, Answer, Capabilities, Look
from takedowns.connectors.base import NOTHING_SAID, Kind, Profile
from tests.cast import a_platform
from tests.takedowns.simulated import Simulated, a_simulator

APPLIED = Answer(Outcome.APPLIED, 200)
CAPABILITIES = Capabilities(
    is_idempotent=False,
    can_be_asked=True,
    bulk_size=1,
    concurrency=1,
    timeout_seconds=0.5,
    settles_within_seconds=10,
)


@dataclass
class FakeConnector:
    """Answers `answers` in turn, then "applied"; looks answer `standing`. Keeps what it was given."""

    capabilities: Capabilities = CAPABILITIES
    answers: list[Answer | Exception] = field(default_factory=list)
    standing: Standing = Standing.UNCLEAR
    profile: Profile = NOTHING_SAID
    sent: list[Action] = field(default_factory=list)
    looked_up: list[str] = field(default_factory=list)
    during_send: Callable[[], object] = lambda: None

    def send(self, actions: Sequence[Action]) -> list[Answer]:
        self.during_send()
        self.sent.extend(actions)
        answers = [self.answers.pop(0) if self.answers else APPLIED for _ in actions]
        for answer in answers:
            if isinstance(answer, Exception):
                raise answer
        return answers  # type: ignore[return-value]

    def look_up(self, external_id: str) -> Look:
        self.looked_up.append(external_id)
        return Look(self.standing, 200, profile=self.profile)

    def look_up_many(self, external_ids: Sequence[str]) -> list[Look]:
        return [self.look_up(external_id) for external_id in external_ids]

    def check(self) -> str:
        return ""


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeConnector]:
    """The connector of the platform `faked`."""
    connector = FakeConnector()
    monkeypatch.setitem(connectors.KINDS, "fake", Kind(title="Fake", build=lambda reach: connector))
    connectors.connector_for.cache_clear()
    yield connector
    connectors.connector_for.cache_clear()


@pytest.fixture
def faked(db: None, fake: FakeConnector) -> Platform:
    """A platform whose connector is `fake`."""
    return a_platform("faked", connector="fake")


@pytest.fixture
def redis(settings: object) -> Redis:
    """This test's Redis, which is up again if a test before found it away."""
    fleeting.Away.until = 0.0
    fleeting.redis.cache_clear()
    return fleeting.redis()


@pytest.fixture(autouse=True)
def _redis_is_up(redis: Redis) -> None:
    """No test begins with Redis left alone by another."""


@pytest.fixture(scope="session")
def simulator_process() -> Iterator[Simulated]:
    """The simulated platform, one process for all tests; accounts differ by their ids."""
    with a_simulator() as simulated:
        yield simulated


@pytest.fixture
def simulator(simulator_process: Simulated) -> Iterator[Simulated]:
    """The simulated platform with its faults switched off."""
    simulator_process.switch()
    yield simulator_process
    simulator_process.switch()
