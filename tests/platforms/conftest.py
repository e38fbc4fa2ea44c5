"""Real platforms, each started once for all tests of a file's process; skipped loudly where one can't be had."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from accounts.models import Platform
from accounts.services.platforms import PlatformSaid
from staff.actors import operator
from takedowns.connectors import connector_for, reach_of
from takedowns.connectors.base import Reach
from takedowns.services import reaching
from tests.platforms.gate import Gate, a_gate
from tests.platforms.installing import CannotBeHad
from tests.platforms.rigs import SERVERS, Rig, chosen

RealPlatform = Callable[..., Platform]


class Started:
    """The platforms that were started so far, and why the others can't be had."""

    def __init__(self, folders: pytest.TempPathFactory, until_the_end: ExitStack) -> None:
        self._folders, self._until_the_end = folders, until_the_end
        self._rigs: dict[str, Rig] = {}
        self._reasons: dict[str, str] = {}

    def rig(self, name: str) -> Rig:
        """The platform `name`, started at the first call. Skips the test when it can't be had, or isn't chosen."""
        if name not in chosen():
            pytest.skip(f"PLATFORMS leaves {name} out.")
        if name not in self._rigs and name not in self._reasons:
            try:
                server = SERVERS[name](self._folders.mktemp(name))
                self._rigs[name] = self._until_the_end.enter_context(server)
            except CannotBeHad as reason:
                self._reasons[name] = str(reason)
        if name in self._reasons:
            pytest.skip(f"NO {name.upper()} SERVER, so its connector was not tested against one: {self._reasons[name]}")
        return self._rigs[name]


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    with ExitStack() as until_the_end:
        yield Started(tmp_path_factory, until_the_end)


@pytest.fixture
def gate(rig: Rig) -> Iterator[Gate]:
    """A gate before the platform `rig`."""
    with a_gate(rig.url, rig.acting) as opened:
        yield opened


@pytest.fixture
def real_platform(db: None) -> Iterator[RealPlatform]:
    """`real_platform(rig, reach)`: a real platform as a row of ours, made as an operator makes one."""
    made: list[Platform] = []

    def make(rig: Rig, reach: Reach | None = None) -> Platform:
        how = reach or rig.reach()
        said = PlatformSaid(
            name="Real", connector=rig.kind, url=how.url, settings=dict(how.settings), secret=how.secret
        )
        platform, _ = reaching.create(operator(), slug=f"real-{rig.kind}", said=said)
        made.append(platform)
        return platform

    yield make
    for platform in made:
        connector_for(platform.connector, reach_of(platform))._caller.close()  # type: ignore[attr-defined]
    connector_for.cache_clear()
