"""What other commands may know of a running demo: its addresses, its processes, and the environment to reach them."""

import os
from collections.abc import Mapping

from moderation.launcher import leftovers
from moderation.launcher.bootstrap import say
from moderation.launcher.layout import Layout, read_json, write_private
from moderation.launcher.locking import is_held
from moderation.launcher.processes import Process


def environment_of_running_demo(layout: Layout) -> dict[str, str]:
    """The variables that lead to the servers in use, or nothing when none run. Raises PermissionError on another's."""
    if not is_held(layout.lock):
        return {}
    environment = read_json(layout.servers).get("environment")
    return {str(name): str(value) for name, value in environment.items()} if isinstance(environment, dict) else {}


def record_processes(layout: Layout, living: Mapping[str, Process]) -> None:
    """Keep var/run/NAME.pid for each living process, and for the next start when each began."""
    known = {name: [process.pid, leftovers.started(process.pid) or ""] for name, process in living.items()}
    for name in read_json(layout.processes).keys() - known.keys():
        layout.pid(name).unlink(missing_ok=True)
    for name, (pid, _) in known.items():
        new = layout.pid(f"{name}.new")
        new.write_text(f"{pid}\n")
        new.replace(layout.pid(name))
    write_private(layout.processes, known)


def end_leftovers(layout: Layout) -> None:
    """End what an earlier start left behind. Only while the lock is ours."""
    known = read_json(layout.processes)
    if names := leftovers.end(known):
        say(f"Ended what an earlier start had left running: {', '.join(names)}")
    for name in known:
        layout.pid(name).unlink(missing_ok=True)
    write_private(layout.processes, {})


def forget_environment(layout: Layout, *, keep: tuple[str, ...]) -> None:
    """Drop what led to the servers, once they are gone; what `keep` names (the ports) serves the next start."""
    remembered = read_json(layout.servers)
    write_private(layout.servers, {name: remembered[name] for name in keep if name in remembered})


def with_defaults(defaults: Mapping[str, str]) -> dict[str, str]:
    """This process's environment, with `defaults` for what is unset or empty in it."""
    return {**os.environ, **{name: value for name, value in defaults.items() if not os.environ.get(name)}}
