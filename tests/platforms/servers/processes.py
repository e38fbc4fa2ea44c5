"""A server as a process of a test run: started, waited for, ended."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from moderation.launcher.bootstrap import dying_with_parent
from moderation.launcher.ports import answers
from tests.platforms.installing import CannotBeHad

READY_SECONDS = 60


@contextmanager
def serving(
    command: Sequence[str | Path],
    *,
    port: int,
    folder: Path,
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Iterator[None]:
    """The process runs and takes connections on `port` for as long as the block lasts. Its log is in `folder`.

    Raises CannotBeHad when it ends or isn't ready in time.
    """
    log = folder / "server.log"
    with log.open("w") as written:
        process = subprocess.Popen(
            command,
            cwd=cwd or folder,
            env=os.environ | dict(environment or {}),
            stdout=written,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=dying_with_parent(signal.SIGTERM),  # tests fork from their main thread
        )
    try:
        _wait(process, port, log)
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    until = time.monotonic() + READY_SECONDS
    while not answers(port):
        if process.poll() is not None or time.monotonic() > until:
            lines = log.read_text().strip().splitlines() or ["it said nothing"]
            raise CannotBeHad(f"{Path(str(process.args[0])).name} didn't start: {lines[-1]}")  # type: ignore[index]
        time.sleep(0.05)
