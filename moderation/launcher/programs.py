"""Our own programs: web, worker, beat and the simulated platform, and the management commands run beside them."""

import signal
import sys
from collections.abc import Mapping

from moderation.launcher.layout import Layout
from moderation.launcher.ports import HOST
from moderation.launcher.processes import Program

WORKER_PROCESSES = "2"


def web(layout: Layout, environment: Mapping[str, str], listener: int) -> Program:
    """gunicorn on a socket that we hold, so that no call is refused while it is started again.

    Takes the file descriptor of the listening socket.
    """
    options = ["--worker-class", "gthread", "--workers", "2", "--threads", "8", "--graceful-timeout", "3"]
    command = ["gunicorn", "moderation.wsgi:application", "--bind", f"fd://{listener}", "--no-control-socket", *options]
    return _python("web", layout, environment, *command, orphan_signal=signal.SIGTERM, pass_fds=(listener,))


def worker(layout: Layout, environment: Mapping[str, str]) -> Program:
    """The Celery worker with two processes."""
    return _python("worker", layout, environment, "moderation.launcher.worker", WORKER_PROCESSES)


def beat(layout: Layout, environment: Mapping[str, str]) -> Program:
    """Celery's beat; its file only remembers when what ran last, and is written anew at each start."""
    options = ["--schedule", str(layout.run / "beat-schedule"), "--pidfile=", "--loglevel", "INFO"]
    return _python("beat", layout, environment, "celery", "-A", "moderation.celery", "beat", *options)


def simulator(layout: Layout, environment: Mapping[str, str], port: int) -> Program:
    """The simulated platform, which remembers its accounts in a file of its own."""
    options = ["--host", HOST, "--port", str(port), "--state", str(layout.simulator_state)]
    return command("simulator", layout, environment, "simulator", *options)


def command(name: str, layout: Layout, environment: Mapping[str, str], *arguments: str) -> Program:
    """The management command `arguments` as a program called `name`."""
    line = [sys.executable, str(layout.root / "manage.py"), *arguments]
    return Program(name, line, layout.logs / f"{name}.log", environment, folder=layout.root)


def _python(
    name: str,
    layout: Layout,
    environment: Mapping[str, str],
    *arguments: str,
    orphan_signal: int = signal.SIGKILL,
    pass_fds: tuple[int, ...] = (),
) -> Program:
    """`python -m ARGUMENTS` as a program called `name`."""
    return Program(
        name=name,
        command=[sys.executable, "-m", *arguments],
        log=layout.logs / f"{name}.log",
        environment=environment,
        folder=layout.root,
        orphan_signal=orphan_signal,
        pass_fds=pass_fds,
    )
