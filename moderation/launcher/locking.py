"""Who uses `var/`: one demo, or one command with servers of its own, for as long as it lives."""

import fcntl
import os
import time
from pathlib import Path
from typing import IO

from moderation.launcher.bootstrap import owner_of


class Held(Exception):
    """Somebody else holds the lock; `holder` says who, in words."""

    def __init__(self, holder: str) -> None:
        super().__init__(holder)
        self.holder = holder


class UseLock:
    """An flock on one file, which the kernel drops when its holder dies. The file names the holder for others."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[str] | None = None

    def acquire(self, holder: str, *, patience_seconds: float = 0.5) -> None:
        """Take the lock and leave `holder` (a few words) in it. Raises Held after `patience_seconds`.

        A little patience, since whoever only asks `is_held` has it for an instant.
        """
        file = self.path.open("a+")
        deadline = time.monotonic() + patience_seconds
        while not _try(file, fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                file.seek(0)
                found = file.read().strip() or "another process"
                file.close()
                raise Held(found)
            time.sleep(0.05)
        file.truncate(0)
        file.write(f"{holder} (process {os.getpid()})\n")
        file.flush()
        self._file = file

    def release(self) -> None:
        """Give it back; without it, nothing happens."""
        if self._file is not None:
            self._file.close()
            self._file = None


def is_held(path: Path) -> bool:
    """Whether a living process holds the lock at `path`. Raises PermissionError, naming the owner, on another's."""
    try:
        with path.open() as file:
            return not _try(file, fcntl.LOCK_SH)
    except FileNotFoundError:
        return False
    except PermissionError:
        raise PermissionError(f"{path} belongs to {owner_of(path.parent)}: start as that user.") from None


def _try(file: IO[str], how: int) -> bool:
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
