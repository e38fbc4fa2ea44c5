"""TCP ports on the loopback address."""

import socket

HOST = "127.0.0.1"


def listening_socket(port: int) -> socket.socket:
    """A socket that listens on `port`. Raises OSError when somebody else does."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(512)
    except OSError:
        listener.close()
        raise
    return listener


def is_free(port: int) -> bool:
    """Whether a server could listen on `port` now."""
    try:
        listening_socket(port).close()
    except (OSError, OverflowError):
        return False
    return True


def free_port(preferred: object = None) -> int:
    """`preferred` when it is a port that is free, else a free one."""
    if isinstance(preferred, int) and 1024 <= preferred <= 65535 and is_free(preferred):
        return preferred
    with listening_socket(0) as listener:
        port: int = listener.getsockname()[1]
    return port


def answers(port: int) -> bool:
    """Whether something accepts connections on `port`."""
    try:
        socket.create_connection((HOST, port), timeout=1).close()
    except OSError:
        return False
    return True
