"""Calls to addresses that somebody outside gave us: one guarded way out, to public addresses alone.

What may be called: https (http where the operator allows it), without user info, at hosts whose every address is public
or in a network that the operator allows. How it is held:
1. One parser reads the URL, and its parts are what is connected to: no second reading can differ.
2. The host is resolved once. Every address that came is judged, as it stands and as the IPv4 address inside it.
3. The connection goes to a judged address itself, so a name that answers otherwise the next time changes nothing.
   TLS checks the certificate against the host's name, and `Host` carries it.
4. Redirects aren't followed; no proxy and no cookie is used; the answer is read up to a bound, within one overall time.
"""

import queue
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, Final

import httpcore
import httpx
from django.conf import settings
from django.utils.translation import gettext, gettext_noop

from common.errors import Invalid

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
URL_LENGTH: Final = 2000
SECONDS: Final = 15.0
ANSWER_BYTES: Final = 64 * 1024

# Sources: the IANA registries of special-purpose IPv4 and IPv6 addresses; 168.63.129.16 is Azure's own service inside
# each of its machines, which no registry tells.
_NOT_PUBLIC: Final = [
    (ip_network(network), what)
    for network, what in (
        ("0.0.0.0/8", gettext_noop("this host")),
        ("10.0.0.0/8", gettext_noop("a private network")),
        ("100.64.0.0/10", gettext_noop("a carrier's private network")),
        ("127.0.0.0/8", gettext_noop("loopback")),
        ("168.63.129.16/32", gettext_noop("a cloud's own service")),
        ("169.254.0.0/16", gettext_noop("link-local, where clouds keep their metadata")),
        ("172.16.0.0/12", gettext_noop("a private network")),
        ("192.0.0.0/24", gettext_noop("protocol assignments")),
        ("192.0.2.0/24", gettext_noop("documentation")),
        ("192.88.99.0/24", gettext_noop("6to4 relays")),
        ("192.168.0.0/16", gettext_noop("a private network")),
        ("198.18.0.0/15", gettext_noop("benchmarks")),
        ("198.51.100.0/24", gettext_noop("documentation")),
        ("203.0.113.0/24", gettext_noop("documentation")),
        ("224.0.0.0/4", gettext_noop("multicast")),
        ("240.0.0.0/4", gettext_noop("reserved")),
        ("::/128", gettext_noop("this host")),
        ("::1/128", gettext_noop("loopback")),
        ("fe80::/10", gettext_noop("link-local")),
        ("fc00::/7", gettext_noop("a private network")),
        ("ff00::/8", gettext_noop("multicast")),
        ("2001::/23", gettext_noop("protocol assignments and Teredo")),
        ("2001:db8::/32", gettext_noop("documentation")),
        ("2002::/16", gettext_noop("6to4")),
        ("3fff::/20", gettext_noop("documentation")),
    )
]
_GLOBAL_UNICAST: Final = IPv6Network("2000::/3")
_NAT64: Final = IPv6Network("64:ff9b::/96")


class Refused(Exception):
    """The address may not be called. Nothing has left."""


class Unanswered(Exception):
    """No whole answer came in time; the request may have arrived."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said: `body` up to the bound. `retry_after` is the header as it came, or empty."""

    status: int
    body: bytes
    retry_after: str


@dataclass(frozen=True, slots=True)
class Rules:
    """What the operator allows beside https to public addresses."""

    networks: tuple[Network, ...] = ()
    is_http_allowed: bool = False

    @classmethod
    def in_force(cls) -> "Rules":
        """As the settings say."""
        return cls(tuple(settings.CASELOAD["OUTBOUND_NETWORKS"]), settings.CASELOAD["OUTBOUND_HTTP"])


# ── what may be called ───────────────────────────────────────────────────────────────────────────────────
def why_refused(address: Address, rules: Rules) -> str:
    """Why `address` may not be called, in a few words; empty when it may."""
    inside = _embedded(address)
    if any(each in network for each in (address, inside) for network in rules.networks):
        return ""
    for network, what in _NOT_PUBLIC:
        if inside in network:
            return what
    return "" if inside.version == 4 or inside in _GLOBAL_UNICAST else "no public address"


def _embedded(address: Address) -> Address:
    """The IPv4 address that an IPv6 address leads to, where a gateway or the system itself translates it."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return address.ipv4_mapped
        if address in _NAT64:
            return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def checked_url(url: str) -> str:
    """`url` as it will be called. Raises Invalid with a sentence that says what is wrong with it.

    A name that doesn't resolve now passes: each call judges anew what it leads to.
    """
    rules = Rules.in_force()
    try:
        parts = _parsed(url, rules)
        _judged(parts.host, parts.port or 443, rules, seconds=2.0)
    except Refused as refusal:
        raise Invalid(f"url: {refusal}", fields={"url": str(refusal)}) from None
    except Unanswered:
        pass
    return str(parts)


def _parsed(url: str, rules: Rules) -> httpx.URL:
    """The URL's parts. Raises Refused."""
    if len(url) > URL_LENGTH:
        raise Refused(gettext("A URL has at most %(most)s characters.") % {"most": URL_LENGTH})
    try:
        parts = httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        raise Refused(gettext("This is no URL.")) from None
    if parts.scheme != "https" and not (parts.scheme == "http" and rules.is_http_allowed):
        raise Refused(gettext("Give a URL that begins with https://."))
    if parts.userinfo:
        raise Refused(gettext("A URL with a user name or password in it isn't called."))
    if not parts.host or "%" in parts.host:
        raise Refused(gettext("The URL names no host."))
    if parts.port is not None and not 0 < parts.port < 65536:
        raise Refused(gettext("A port is a number from 1 to 65535."))
    return parts.copy_with(fragment=None)


# ── names and addresses ──────────────────────────────────────────────────────────────────────────────────
Found = tuple[socket.AddressFamily, Any]


def _judged(host: str, port: int, rules: Rules, *, seconds: float) -> list[Found]:
    """Every address of `host`, all of them allowed. Raises Refused when one is not, Unanswered when there is none."""
    found = _resolved(host, port, seconds)
    for _, there in found:
        if why := why_refused(ip_address(there[0].partition("%")[0]), rules):
            raise Refused(
                gettext("%(host)s leads to %(address)s: %(why)s. Only public addresses are called.")
                % {"host": host, "address": there[0], "why": gettext(why)}
            )
    return found


def _resolved(host: str, port: int, seconds: float) -> list[Found]:
    """The addresses of `host`. The system's resolver knows no time-out, so it is asked in a thread of its own."""
    answers: queue.SimpleQueue[list[Found] | OSError | UnicodeError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
            answers.put([(family, there) for family, _, _, _, there in found])
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=ask, name="resolve", daemon=True).start()
    try:
        answer = answers.get(timeout=max(seconds, 0.0))
    except queue.Empty:
        raise Unanswered(f"The name {host} was not resolved in time.") from None
    if isinstance(answer, Exception) or not answer:
        raise Unanswered(f"The name {host} isn't known.")
    return answer


# ── the call ─────────────────────────────────────────────────────────────────────────────────────────────
def call(
    method: str,
    url: str,
    *,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    seconds: float = SECONDS,
    answer_bytes: int = ANSWER_BYTES,
) -> Answer:
    """Call `url` once. Takes how many seconds it may take in all, and how many bytes of the answer are read.

    Returns the answer, whatever its status. Raises Refused (nothing has left) or Unanswered.
    """
    rules, ends_at = Rules.in_force(), time.monotonic() + seconds
    parts = _parsed(url, rules)
    target = httpcore.URL(scheme=parts.raw_scheme, host=parts.raw_host, port=parts.port, target=parts.raw_path)
    sent: list[tuple[bytes | str, bytes | str]] = [("Host", parts.netloc), ("Connection", "close")]
    sent += (headers or {}).items()
    limits = dict.fromkeys(("connect", "read", "write", "pool"), seconds)
    out = _WayOut(rules, ends_at)
    try:
        with (
            httpcore.ConnectionPool(ssl_context=_trust(), network_backend=out, max_keepalive_connections=0) as pool,
            pool.stream(method, target, headers=sent, content=body, extensions={"timeout": limits}) as response,
        ):
            said = {name.lower(): value for name, value in response.headers}
            read = _read(response.iter_stream(), answer_bytes)
            return Answer(response.status, read, said.get(b"retry-after", b"").decode("latin-1"))
    except (httpcore.TimeoutException, TimeoutError):
        raise Unanswered(f"No answer within {seconds:g} seconds.") from None
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
        raise Unanswered(f"{type(error).__name__}: {error}"[:500]) from None


def _read(chunks: Iterable[bytes], at_most: int) -> bytes:
    body = b""
    for chunk in chunks:
        body += chunk
        if len(body) >= at_most:
            break
    return body[:at_most]


@cache
def _trust() -> ssl.SSLContext:
    """Whose certificates count: the usual authorities, or those of SSL_CERT_FILE."""
    return httpx.create_ssl_context()


class _WayOut(httpcore.NetworkBackend):
    """Opens connections for one call, to judged addresses alone, and ends them all at `ends_at`."""

    def __init__(self, rules: Rules, ends_at: float) -> None:
        self._rules, self._ends_at = rules, ends_at

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        failed: OSError | None = None
        found = _judged(host, port, self._rules, seconds=_left(self._ends_at))
        for number, (family, there) in enumerate(found):
            line = socket.socket(family, socket.SOCK_STREAM)
            try:
                line.settimeout(_left(self._ends_at) / (len(found) - number))  # one that is away leaves time for others
                line.connect(there)
            except OSError as error:
                line.close()
                failed = error
                continue
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return _Line(line, self._ends_at)
        raise failed or OSError("no address")


class _Line(httpcore.NetworkStream):
    """One connection. Nothing on it lasts beyond `ends_at`, however slowly the other side drips."""

    def __init__(self, line: socket.socket, ends_at: float) -> None:
        self._line, self._ends_at = line, ends_at

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._line.settimeout(_left(self._ends_at))
        return self._line.recv(max_bytes)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._line.settimeout(_left(self._ends_at))
        try:
            self._line.sendall(buffer)
        except TimeoutError:
            raise
        except OSError as error:  # whoever stops reading may have answered already: httpcore looks
            raise httpcore.WriteError(str(error)) from error

    def close(self) -> None:
        self._line.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        self._line.settimeout(_left(self._ends_at))
        try:
            return _Line(ssl_context.wrap_socket(self._line, server_hostname=server_hostname), self._ends_at)
        except OSError:
            self._line.close()
            raise

    def get_extra_info(self, info: str) -> Any:
        return None


def _left(ends_at: float) -> float:
    """The seconds that are left. Raises TimeoutError when none are."""
    left = ends_at - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
