"""The web process as `demo` starts it, and a client that costs next to nothing: both share the machine's cores."""

import os
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

from moderation.launcher import programs
from moderation.launcher.layout import Layout
from moderation.launcher.ports import HOST, listening_socket
from moderation.launcher.processes import Process, last_lines

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 60


class Wire:
    """One kept HTTP/1.1 connection to the web process: it sends what it is given and reads one answer."""

    def __init__(self, port: int, key: str) -> None:
        self._head = f"Host: {HOST}:{port}\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n"
        self._port = port
        self._connect()

    def _connect(self) -> None:
        self._socket = socket.create_connection((HOST, self._port), timeout=120)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._reader = self._socket.makefile("rb")

    def post(self, path: str, body: bytes) -> tuple[int, bytes]:
        """The status and the body of the answer. A connection that the server has closed between two calls is made
        anew, as any HTTP client does."""
        request = f"POST {path} HTTP/1.1\r\n{self._head}Content-Length: {len(body)}\r\n\r\n".encode() + body
        self._socket.sendall(request)
        status = self._reader.readline()
        if not status:
            self.close()
            self._connect()
            self._socket.sendall(request)
            status = self._reader.readline()
        length, stays = 0, True
        while (line := self._reader.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
            elif name.lower() == b"connection":
                stays = value.strip().lower() != b"close"
        answer = self._reader.read(length)
        if not stays:
            self.close()
            self._connect()
        return int(status.split()[1]), answer

    def close(self) -> None:
        """Hang up."""
        self._reader.close()
        self._socket.close()


class Web:
    """A running web process."""

    def __init__(self, process: Process, port: int) -> None:
        self._process = process
        self.port = port

    def resident_bytes(self) -> int:
        """What the process and its workers hold in memory, pages they share counted once for each."""
        top = psutil.Process(self._process.pid)
        return sum(process.memory_info().rss for process in [top, *top.children(recursive=True)])


@contextmanager
def web() -> Iterator[Web]:
    """gunicorn on a free port, with this process's environment, for as long as the block lasts."""
    with tempfile.TemporaryDirectory() as folder, listening_socket(0) as listener:
        program = programs.web(Layout(ROOT), os.environ, listener.fileno())
        log = Path(folder) / "web.log"
        process = Process(_logging_to(program, log))
        try:
            port = listener.getsockname()[1]
            _wait_until_ready(port, process, log)
            yield Web(process, port)
        finally:
            process.stop()


def _logging_to(program: programs.Program, log: Path) -> programs.Program:
    return programs.Program(**(vars(program) | {"log": log}))


def _wait_until_ready(port: int, process: Process, log: Path) -> None:
    """Wait until both workers answer something, whatever it is."""
    ends_at = time.monotonic() + READY_SECONDS
    while process.ended() is None and time.monotonic() < ends_at:
        try:
            Wire(port, "none.none").post("/api/v1/flags", b"{}")
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"The web process does not answer:\n{last_lines(log)}")


def at_once(port: int, key: str, connections: int, work: Sequence[bytes], path: str, expected: int) -> list[float]:
    """Send `work` to `path` over so many connections, each sending its next as soon as it has its answer.

    Returns the seconds of each call. Raises AssertionError when an answer is not `expected`.
    """
    samples: list[float] = []
    rest = iter(work)
    lock = threading.Lock()
    failures: list[str] = []

    def send() -> None:
        wire = Wire(port, key)
        while not failures:
            with lock:
                body = next(rest, None)
            if body is None:
                break
            started = time.perf_counter()
            status, answer = wire.post(path, body)
            samples.append(time.perf_counter() - started)
            if status != expected:
                failures.append(f"{status}: {answer[:500]!r}")
        wire.close()

    _together(connections, send)
    assert not failures, failures
    assert len(samples) == len(work)
    return samples


def _together(count: int, work: Callable[[], None]) -> None:
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
