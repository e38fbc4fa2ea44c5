"""What stands beside a file while it is imported: the lines that were refused, and how far the import came."""

import hashlib
from pathlib import Path
from typing import IO, Any

import msgspec

from accounts.services.importing.reading import Line
from common.errors import Invalid


class Mark(msgspec.Struct):
    """How far an import came: the last line whose chunk is stored, and how long the rejects file was then."""

    run: str = ""
    line: int = 0
    accepted: int = 0
    rejected: int = 0
    rejects_bytes: int = 0


class Journal:
    """`FILE.rejects.ndjson` and `FILE.progress.json`. An import that was cut short goes on after its mark; one that
    came to its end leaves no mark, and no rejects file unless something was refused."""

    def __init__(self, path: Path, folder: Path, run: str) -> None:
        """Takes the file, where its journal is to stand, and what tells this import from others of the file."""
        self._progress = folder / f"{path.name}.progress.json"
        self._rejects = folder / f"{path.name}.rejects.ndjson"
        self.mark = Mark(run=_fingerprint(path, run))
        before = self._read()
        if before.run == self.mark.run:
            self.mark = before
        self._file = self._open()

    def refuse(self, line: Line, reason: str) -> None:
        """The line stands among the rejects, with its number and the reason."""
        row = line.content.decode("utf-8", "replace") if isinstance(line.content, bytes) else line.content
        self._file.write(msgspec.json.encode({"line": line.number, "reason": reason, "row": row}) + b"\n")
        self.mark.rejected += 1

    def advance(self, line: int, accepted: int) -> None:
        """Everything up to `line` is stored or refused: written down, so that the next start goes on from there."""
        self._file.flush()
        self.mark.line, self.mark.rejects_bytes = line, self._file.tell()
        self.mark.accepted += accepted
        half_written = self._progress.with_name(self._progress.name + ".new")
        half_written.write_bytes(msgspec.json.encode(self.mark))
        half_written.replace(self._progress)

    def close(self, *, finished: bool) -> None:
        """No file is left open, and after the end no file without a meaning."""
        self._file.close()
        if finished:
            self._progress.unlink(missing_ok=True)
            if not self.mark.rejected:
                self._rejects.unlink(missing_ok=True)

    def _read(self) -> Mark:
        try:
            return msgspec.json.decode(self._progress.read_bytes(), type=Mark)
        except (OSError, msgspec.MsgspecError):
            return Mark()

    def _open(self) -> IO[bytes]:
        try:
            file = self._rejects.open("r+b" if self._rejects.exists() else "w+b")
        except OSError as error:
            raise Invalid(f"{self._rejects} can't be written ({error.strerror}). Copy the file elsewhere.") from None
        file.truncate(self.mark.rejects_bytes)
        file.seek(0, 2)
        return file


def _fingerprint(path: Path, run: str) -> str:
    """Which import this is: the file by name, size and first 64 kB, and what it is imported as."""
    with path.open("rb") as file:
        head: Any = file.read(65536)
    return hashlib.sha256(f"{path.name}\0{path.stat().st_size}\0{run}\0".encode() + head).hexdigest()
