"""fakeredis's server as a process, where there is no Redis: `python -m moderation.launcher.fake_redis PORT`."""

import sys

from fakeredis import TcpFakeServer

from moderation.launcher.ports import HOST


def main(port: int) -> None:
    """Serve until killed. Takes the port on the loopback address."""
    server = TcpFakeServer((HOST, port), server_type="redis")
    server.daemon_threads = True
    server.serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]))
