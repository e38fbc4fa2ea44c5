"""What the guarded way out lets through: a wide table of addresses, and real servers on loopback."""

import itertools
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest

from common import outbound
from common.errors import Invalid
from common.outbound import Refused, Rules, Unanswered, why_refused
from tests.receivers import Receiver, Reply, a_certificate, a_receiver

PUBLIC = ["93.184.215.14", "1.1.1.1", "223.255.255.254", "100.63.255.255", "100.128.0.0", "172.15.0.1", "172.32.0.1"]
PUBLIC += ["192.167.255.255", "2606:4700::1111", "2a00:1450:4001:800::200e", "2400:cb00::1", "64:ff9b::0101:0101"]
PUBLIC += ["::ffff:1.1.1.1", "2001:200::1"]

NOT_PUBLIC = ["0.0.0.0", "0.1.2.3", "127.0.0.1", "127.255.255.254", "10.0.0.1", "10.255.255.255", "172.16.0.1"]
NOT_PUBLIC += ["172.31.255.255", "192.168.0.1", "192.168.255.255", "100.64.0.1", "100.100.100.200", "100.127.255.255"]
NOT_PUBLIC += ["169.254.169.254", "169.254.170.2", "169.254.0.1", "168.63.129.16", "192.0.0.192", "192.0.2.1"]
NOT_PUBLIC += ["192.88.99.1", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1"]
NOT_PUBLIC += ["239.255.255.250", "240.0.0.1", "255.255.255.255"]
NOT_PUBLIC += ["::", "::1", "::127.0.0.1", "::10.0.0.1", "fe80::1", "febf::1", "fec0::1", "fc00::1", "fd00:ec2::254"]
NOT_PUBLIC += ["fdff::1", "ff02::1", "ff0e::1", "100::1", "5f00::1", "2001::1", "2001:10::1", "2001:20::1"]
NOT_PUBLIC += ["2001:db8::1", "3fff::1", "4000::1", "e000::1"]
# IPv4 inside IPv6: as the system maps it, as gateways translate it, and as tunnels wrap it
NOT_PUBLIC += ["::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:0.0.0.0", "::ffff:7f00:1"]
NOT_PUBLIC += ["64:ff9b::127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1.1.1.1"]
NOT_PUBLIC += ["2002:7f00:1::", "2002:a00:1::1", "2002:a9fe:a9fe::", "2002:101:101::", "2001:0:7f00:1::1"]

LOOPBACK = [ip_network("127.0.0.0/8")]


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_may_be_called(address: str) -> None:
    assert why_refused(ip_address(address), Rules()) == ""


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_any_other_address_may_not(address: str) -> None:
    assert why_refused(ip_address(address), Rules()) != ""


@pytest.mark.parametrize(
    ("network", "address"),
    [
        ("10.1.0.0/16", "10.1.2.3"),
        ("10.1.0.0/16", "::ffff:10.1.2.3"),
        ("127.0.0.0/8", "127.0.0.1"),
        ("::1/128", "::1"),
        ("fd00::/8", "fd00::7"),
        ("100.64.0.0/10", "100.64.0.9"),
    ],
)
def test_the_operator_can_allow_a_network(network: str, address: str) -> None:
    assert why_refused(ip_address(address), Rules((ip_network(network),))) == ""


def test_an_allowed_network_opens_no_other() -> None:
    assert why_refused(ip_address("10.2.0.1"), Rules((ip_network("10.1.0.0/16"),))) == "a private network"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with a_receiver() as made:
        yield made


@pytest.fixture
def allow(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def allowing(*, networks: Any = LOOPBACK, http: bool = True) -> None:
        monkeypatch.setitem(settings.CASELOAD, "OUTBOUND_NETWORKS", networks)
        monkeypatch.setitem(settings.CASELOAD, "OUTBOUND_HTTP", http)

    allowing(networks=[], http=False)
    return allowing


# Every way of writing loopback that a resolver or a parser may take for something else.
LOOPBACK_HOSTS = ["127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001"]
LOOPBACK_HOSTS += ["0", "0.0.0.0", "localhost", "LOCALHOST", "localhost.", "[::1]", "[0:0:0:0:0:0:0:1]"]
LOOPBACK_HOSTS += ["[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[::]", "１２７.０.０.１", "①②⑦.⓪.⓪.①"]
LOOPBACK_HOSTS += ["127。0。0。1", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ"]


@pytest.mark.parametrize("host", LOOPBACK_HOSTS)
def test_loopback_is_refused_however_it_is_written(host: str, receiver: Receiver, allow: Callable[..., None]) -> None:
    allow(networks=[])
    with pytest.raises((Refused, Unanswered)):
        outbound.call("POST", f"http://{host}:{receiver.port}/", body=b"{}")
    assert receiver.received == []


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_INFO",
        "javascript:alert(1)",
        "//example.org/",
        "example.org",
        "",
        "https://",
        "https:///path",
        "https://user@example.org/",
        "https://user:password@example.org/",
        "https://example.org@127.0.0.1/",
        "https://[fe80::1%25eth0]/",
        "https://exa mple.org/",
        "https://example.org:99999/",
        "https://example.org:0/",
        "https://example.org/\r\nX-Evil: 1",
        "https://" + "a" * 2001 + ".org/",
        "https://10.0.0.1/",
        "https://[::1]/",
        "https://169.254.169.254/latest/meta-data/",
    ],
)
def test_what_is_no_address_to_call_is_refused(url: str, allow: Callable[..., None]) -> None:
    with pytest.raises(Refused):
        outbound.call("POST", url)
    with pytest.raises(Invalid) as refusal:
        outbound.checked_url(url)
    assert list(refusal.value.fields) == ["url"]


def test_a_url_that_may_be_called_comes_back_as_it_will_be(allow: Callable[..., None]) -> None:
    assert outbound.checked_url("HTTPS://1.1.1.1:443/Hook?a=b#top") == "https://1.1.1.1/Hook?a=b"


def test_a_server_on_loopback_is_called_once_the_operator_allows_it(
    receiver: Receiver, allow: Callable[..., None]
) -> None:
    allow()
    answer = outbound.call("POST", f"{receiver.url}/hook?a=b", body=b"{}", headers={"X-Own": "1"})
    assert (answer.status, answer.body) == (200, b"thank you")
    [request] = receiver.received
    assert (request.method, request.path, request.body) == ("POST", "/hook?a=b", b"{}")
    assert request.headers == {
        "host": f"127.0.0.1:{receiver.port}",
        "connection": "close",
        "x-own": "1",
        "content-length": "2",
    }


def test_plain_http_is_a_setting_of_its_own(receiver: Receiver, allow: Callable[..., None]) -> None:
    allow(http=False)
    with pytest.raises(Refused, match="https"):
        outbound.call("POST", receiver.url)
    assert receiver.received == []


# ── names ────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, Iterator[list[str]]]:
    """What names resolve to: each look-up takes the next answer."""
    answers: dict[str, Iterator[list[str]]] = {}
    real = socket.getaddrinfo

    def look_up(host: Any, port: Any, *rest: Any, **named: Any) -> Any:
        known = host.decode() if isinstance(host, bytes) else host
        if known not in answers:
            return real(host, port, *rest, **named)
        found = next(answers[known])
        return [found for address in found for found in real(address, port, type=socket.SOCK_STREAM)]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return answers


def test_a_name_that_leads_inside_is_refused(
    receiver: Receiver, allow: Callable[..., None], names: dict[str, Iterator[list[str]]]
) -> None:
    allow(networks=[])
    names["inside.example.org"] = itertools.repeat(["127.0.0.1"])
    with pytest.raises(Refused, match="loopback"):
        outbound.call("POST", f"http://inside.example.org:{receiver.port}/")
    assert receiver.received == []


def test_a_name_of_which_one_address_leads_inside_is_refused_whole(
    receiver: Receiver, allow: Callable[..., None], names: dict[str, Iterator[list[str]]]
) -> None:
    allow(networks=[])
    names["both.example.org"] = itertools.repeat(["1.1.1.1", "127.0.0.1"])
    with pytest.raises(Refused, match="loopback"):
        outbound.call("POST", f"http://both.example.org:{receiver.port}/")
    assert receiver.received == []


def test_the_next_address_of_a_name_is_tried_where_the_first_is_away(
    receiver: Receiver, allow: Callable[..., None], names: dict[str, Iterator[list[str]]]
) -> None:
    allow()
    names["two.example.org"] = itertools.repeat(["127.0.0.9", "127.0.0.1"])
    assert outbound.call("POST", f"http://two.example.org:{receiver.port}/").status == 200


def test_a_name_that_answers_otherwise_the_second_time_gains_nothing(
    receiver: Receiver, allow: Callable[..., None], names: dict[str, Iterator[list[str]]]
) -> None:
    """DNS rebinding: judged as one address, connected to as another. 127.0.0.9 stands for the public one (nobody
    listens there), 127.0.0.1 for the inside: only what was judged is connected to, and there is no second look-up."""
    allow(networks=[ip_network("127.0.0.9/32")])
    names["moving.example.org"] = iter([["127.0.0.9"], ["127.0.0.1"], ["127.0.0.1"]])
    with pytest.raises(Unanswered):
        outbound.call("POST", f"http://moving.example.org:{receiver.port}/")
    assert receiver.received == []
    assert next(names["moving.example.org"]) == ["127.0.0.1"]  # the second answer was never asked for


def test_a_name_is_judged_anew_at_each_call(
    receiver: Receiver, allow: Callable[..., None], names: dict[str, Iterator[list[str]]]
) -> None:
    allow(networks=[ip_network("127.0.0.1/32")])
    names["moving.example.org"] = iter([["127.0.0.1"], ["127.0.0.9"]])
    url = f"http://moving.example.org:{receiver.port}/"
    assert outbound.call("POST", url).status == 200
    with pytest.raises(Refused):
        outbound.call("POST", url)


def test_a_name_that_is_not_known_is_unanswered(allow: Callable[..., None]) -> None:
    with pytest.raises(Unanswered, match="isn't known"):
        outbound.call("POST", "https://nobody.invalid/")


def test_a_name_that_is_not_known_may_still_be_written_down(allow: Callable[..., None]) -> None:
    assert outbound.checked_url("https://nobody.invalid/hook") == "https://nobody.invalid/hook"


def test_a_resolver_that_hangs_costs_no_more_than_the_call_may(
    allow: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(5) or [])
    with pytest.raises(Unanswered, match="in time"):
        outbound.call("POST", "https://slow.example.org/", seconds=0.05)


# ── what comes back ──────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_answer_and_no_errand(status: int, receiver: Receiver, allow: Callable[..., None]) -> None:
    allow()
    receiver.replies = [Reply(status, headers={"Location": f"{receiver.url}/inside"})]
    assert outbound.call("POST", f"{receiver.url}/hook").status == status
    assert [request.path for request in receiver.received] == ["/hook"]


def test_no_cookie_is_kept_and_no_proxy_asked(
    receiver: Receiver, allow: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    allow()
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    receiver.replies = [Reply(headers={"Set-Cookie": "a=b"})]
    for _ in range(2):
        assert outbound.call("POST", receiver.url).status == 200
    assert "cookie" not in receiver.received[1].headers


def test_a_long_answer_is_read_up_to_the_bound(receiver: Receiver, allow: Callable[..., None]) -> None:
    allow()
    head = b"HTTP/1.1 200 OK\r\n\r\n"
    receiver.replies = [Reply(raw=itertools.chain([head], itertools.repeat(b"x" * 65536)))]
    answer = outbound.call("POST", receiver.url, answer_bytes=1000)
    assert (answer.status, answer.body) == (200, b"x" * 1000)


def test_headers_without_end_are_no_answer(receiver: Receiver, allow: Callable[..., None]) -> None:
    allow()
    lines = (b"X-%d: %s\r\n" % (number, b"y" * 1000) for number in itertools.count())
    receiver.replies = [Reply(raw=itertools.chain([b"HTTP/1.1 200 OK\r\n"], lines))]
    with pytest.raises(Unanswered):
        outbound.call("POST", receiver.url)


def test_what_is_no_http_is_no_answer(receiver: Receiver, allow: Callable[..., None]) -> None:
    allow()
    receiver.replies = [Reply(raw=iter([b"220 smtp.example.org ESMTP\r\n"]))]
    with pytest.raises(Unanswered):
        outbound.call("POST", receiver.url)


def _dripping() -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
    for _ in range(200):
        time.sleep(0.05)
        yield b"x"


def test_an_answer_that_drips_ends_with_the_time_of_the_whole_call(
    receiver: Receiver, allow: Callable[..., None]
) -> None:
    allow()
    receiver.replies = [Reply(raw=_dripping())]
    with pytest.raises(Unanswered, match=r"0\.3 seconds"):
        outbound.call("POST", receiver.url, seconds=0.3)


def test_nobody_listening_is_unanswered(receiver: Receiver, allow: Callable[..., None]) -> None:
    allow()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(Unanswered):
            outbound.call("POST", f"http://127.0.0.1:{taken.getsockname()[1]}/")


# ── TLS ──────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def trusting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], ssl.SSLContext]]:
    """Certificates that the calls trust."""

    def certify(name: str) -> ssl.SSLContext:
        file = a_certificate(tmp_path, name)
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        outbound._trust.cache_clear()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    yield certify
    outbound._trust.cache_clear()


def test_tls_names_the_host_and_checks_its_certificate(
    trusting: Callable[[str], ssl.SSLContext], allow: Callable[..., None], names: dict[str, Iterator[list[str]]]
) -> None:
    allow(http=False)
    context, asked = trusting("hooks.example.org"), []
    context.sni_callback = lambda line, name, itself: asked.append(name)
    names["hooks.example.org"] = itertools.repeat(["127.0.0.1"])
    with a_receiver(context=context) as receiver:
        assert outbound.call("POST", f"https://hooks.example.org:{receiver.port}/").status == 200
        assert receiver.received[0].headers["host"] == f"hooks.example.org:{receiver.port}"
    assert asked == ["hooks.example.org"]


def test_a_certificate_for_another_host_ends_the_call(
    trusting: Callable[[str], ssl.SSLContext], allow: Callable[..., None], names: dict[str, Iterator[list[str]]]
) -> None:
    allow(http=False)
    names["other.example.org"] = itertools.repeat(["127.0.0.1"])
    with a_receiver(context=trusting("hooks.example.org")) as receiver:
        with pytest.raises(Unanswered, match="certificate"):
            outbound.call("POST", f"https://other.example.org:{receiver.port}/")
        assert receiver.received == []


def test_a_certificate_that_nobody_trusts_ends_the_call(allow: Callable[..., None], tmp_path: Path) -> None:
    allow(http=False)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(a_certificate(tmp_path, "127.0.0.1"))
    with a_receiver(context=context) as receiver:
        with pytest.raises(Unanswered, match="certificate"):
            outbound.call("POST", receiver.url)
        assert receiver.received == []
