"""The process: its command line, its socket, its end."""

import argparse
import asyncio
import contextlib
import signal
from collections.abc import Sequence
from pathlib import Path

from takedowns.simulator.accounts import Accounts
from takedowns.simulator.answers import Platform
from takedowns.simulator.wire import Connection


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options, for our own command line and for `manage.py simulator`."""
    parser.add_argument("--host", default="127.0.0.1", help="where to listen")
    parser.add_argument("--port", type=int, default=8100, help="0 takes a free one")
    parser.add_argument("--state", type=Path, help="a file that keeps the accounts; without it, memory alone")
    parser.add_argument("--seed", type=int, help="makes the faults' dice repeatable")


def main(argv: Sequence[str] | None = None) -> None:
    """Serve until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="simulator", description="A simulated platform with switchable faults.")
    arguments(parser)
    given = parser.parse_args(argv)
    serve(given.host, given.port, given.state, given.seed)


def serve(host: str, port: int, state: Path | None, seed: int | None) -> None:
    """Serve until SIGTERM or SIGINT. Prints "simulator http://HOST:PORT" once it listens."""
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(host, port, state, seed))


async def _serve(host: str, port: int, state: Path | None, seed: int | None) -> None:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    accounts = Accounts(str(state) if state else ":memory:")
    platform = Platform(accounts, seed=seed)
    server = await loop.create_server(lambda: Connection(platform.answer), host, port, backlog=512)
    print(f"simulator http://{host}:{server.sockets[0].getsockname()[1]}", flush=True)
    await stop.wait()
    server.close()  # open connections end with the process: clients must bear that
    accounts.close()
