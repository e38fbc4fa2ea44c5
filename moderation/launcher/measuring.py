"""`manage.py bench`: a measurement, on a fresh Redis and a fresh PostgreSQL that syncs to the disk as in production."""

import os
import shutil
from collections.abc import Sequence

from moderation.launcher import scratch
from moderation.launcher.bootstrap import Refusal, say
from moderation.launcher.layout import Layout
from moderation.launcher.locking import Held, UseLock
from moderation.launcher.programs import command
from moderation.launcher.supervisor import Stopped


def main(layout: Layout, arguments: Sequence[str]) -> int:
    """Run `python -m tests.benchmarks` with the `arguments`. Returns its exit code."""
    os.umask(0o022)
    layout.make()
    lock = UseLock(layout.run / "bench.lock")
    try:
        lock.acquire("a measurement")
    except Held as held:
        raise Refusal(f"One measurement at a time: {held.holder} runs here already.") from None
    folder = layout.var / "bench"  # not the temporary folder: that may lie in memory
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        say("Starting PostgreSQL and Redis for the measurement")
        with scratch.servers(folder, durable=True) as (supervisor, environment):
            supervisor.run_to_end(command("bench-migrate", layout, environment, "migrate", "--no-input"))
            return scratch.run_python(supervisor, layout, environment, ["-m", "tests.benchmarks", *arguments])
    except Stopped:
        return 130
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        lock.release()
