"""Files, line by line: NDJSON or CSV, plain or gzip, told by the name."""

import csv
import gzip
import io
import zlib
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

from common.errors import Invalid

MAX_CELL_BYTES = 10_000_000
_BOM = b"\xef\xbb\xbf"


class Line(NamedTuple):
    """One line: its number in the file from 1, and its JSON (bytes) or its cells by column name."""

    number: int
    content: bytes | dict[str, Any]


class Source:
    """A file being read. `position` and `size` are bytes on disk, for the progress bar."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise Invalid(f"There is no file {path}.", fields={"file": "not there"})
        self.path = path
        self.size = path.stat().st_size
        self._raw: IO[bytes] | None = None

    @property
    def position(self) -> int:
        """How far the file on disk has been read, in bytes."""
        return self.size if self._raw is None or self._raw.closed else self._raw.tell()

    def lines(self) -> Generator[Line, None, None]:
        """The lines that aren't blank. Raises Invalid where the file is cut off, or isn't what its name says."""
        is_csv = self.path.name.removesuffix(".gz").endswith(".csv")
        number = 0
        with self.path.open("rb") as self._raw, _unpacked(self._raw, self.path) as plain:
            try:
                for line in _csv_lines(plain) if is_csv else _json_lines(plain):
                    number = line.number
                    yield line
            except (EOFError, OSError, zlib.error, UnicodeDecodeError, csv.Error) as error:
                raise Invalid(
                    f"{self.path.name} can't be read past line {number}: {error}. What came before is stored.",
                    fields={"file": str(error)},
                ) from None


def _unpacked(raw: IO[bytes], path: Path) -> IO[bytes]:
    return cast("IO[bytes]", gzip.GzipFile(fileobj=raw)) if path.name.endswith(".gz") else raw


def _json_lines(plain: IO[bytes]) -> Iterator[Line]:
    for number, line in enumerate(plain, 1):
        content = (line.removeprefix(_BOM) if number == 1 else line).strip()
        if content:
            yield Line(number, content)


def _csv_lines(plain: IO[bytes]) -> Iterator[Line]:
    csv.field_size_limit(MAX_CELL_BYTES)
    with io.TextIOWrapper(plain, "utf-8-sig", newline="") as text:
        reader = csv.DictReader(text)
        for row in reader:
            yield Line(reader.line_num, row)
