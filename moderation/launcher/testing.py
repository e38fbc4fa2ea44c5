"""`manage.py test`: the tests, on a PostgreSQL and a Redis of their own that keep nothing."""

import os
from collections.abc import Sequence

from moderation.launcher import scratch
from moderation.launcher.bootstrap import say
from moderation.launcher.layout import Layout
from moderation.launcher.supervisor import Stopped

LONG = "slow_launcher or faults_long or platforms or load or schema_long or machine_long or screenshots"
SUITES = {
    "all": "",
    "platforms": "platforms",
    "faults": "faults or faults_long",
    "load": "load",
    "schema": "schema_long",
    "machine": "machine_long",
    "screenshots": "screenshots",
}
NEEDS = {
    "platforms": (
        "It starts real servers, installed once under var/platforms (1 GB in all; PLATFORMS=matrix,… for some of them):"
        "\n  matrix     Synapse, from PyPI"
        "\n  mediawiki  from Debian's packages: apt-get and dpkg"
        "\n  atproto    a PDS and a PLC directory, from npm: npm, make and a C++ compiler"
        "\n  mastodon   a stand-in of ours, in the test itself: nothing"
        "\nWhat can't be had is skipped, and said at the end."
    )
}
ONE_PROCESS = ("-n", "--numprocesses", "--pdb", "--trace", "-p", "-h", "--help", "--co", "--collect-only")


def main(layout: Layout, arguments: Sequence[str]) -> int:
    """Run a suite (the first argument, when it names one) or, without, everything but the long suites.

    The other arguments are pytest's. Returns pytest's exit code.
    """
    os.umask(0o022)
    command = pytest_command(arguments, processes=usable_processors())
    if needs := NEEDS.get(_split(arguments)[0]):
        say(needs)
    say("Starting PostgreSQL and Redis for the tests")
    try:
        with scratch.temporary_folder() as folder, scratch.servers(folder, durable=False) as (supervisor, environment):
            return scratch.run_python(supervisor, layout, environment, command)
    except Stopped:
        return 130


def pytest_command(arguments: Sequence[str], *, processes: int) -> list[str]:
    """What Python is started with. A person's own -m or -n goes before ours."""
    suite, others = _split(arguments)
    marks = SUITES.get(suite, f"not ({LONG})")
    command = ["-m", "pytest"]
    if marks and "-m" not in others:
        command += ["-m", marks]
    if processes > 1 and not any(other.startswith(ONE_PROCESS) for other in others):
        # By file, since some share a running demo; xdist 3.8's own groups do nothing under pytest 9.2.
        command += ["-n", str(processes), "--dist", "loadfile"]
    return command + others


def _split(arguments: Sequence[str]) -> tuple[str, list[str]]:
    if arguments and arguments[0] in SUITES:
        return arguments[0], list(arguments[1:])
    return "", list(arguments)


def usable_processors() -> int:
    """How many processors this process may use, at most 8."""
    try:
        count = len(os.sched_getaffinity(0))
    except AttributeError:  # macOS
        count = os.cpu_count() or 1
    return min(count, 8)
