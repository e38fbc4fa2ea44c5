"""Bodies that are packed, broken, too large, too deep, or no JSON: each is refused in words, and nothing is stored."""

import gzip
import json
import tracemalloc
import zlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from backports import zstd

from accounts.models import Post
from common import clock, limits
from reviews.models import Flag
from tests.calls import Answer, Api, a_flag_body, nothing_happens

pytestmark = pytest.mark.django_db
PACKERS: list[tuple[str, Callable[[bytes], bytes]]] = [("gzip", gzip.compress), ("zstd", zstd.compress)]
each_coding = pytest.mark.parametrize(("coding", "pack"), PACKERS)


def packed(api: Api, path: str, body: bytes, coding: str) -> Answer:
    return api.post(path, body, headers={"Content-Encoding": coding})


def a_flag(external_id: str = "ira:1") -> bytes:
    return json.dumps(a_flag_body(external_id)).encode()


# ── content codings ──────────────────────────────────────────────────────────────────────────────────────
@each_coding
def test_a_packed_flag_is_stored(api: Api, coding: str, pack: Callable[[bytes], bytes]) -> None:
    assert packed(api, "/flags", pack(a_flag()), coding.upper()).status == 201


@each_coding
def test_members_in_a_row_are_one_body(api: Api, coding: str, pack: Callable[[bytes], bytes]) -> None:
    body = b"".join(pack(a_flag(f"ira:{n}") + b"\n") for n in range(3))
    answer = packed(api, "/flags/bulk", body, coding)
    assert (answer.status, answer.body["accepted"]) == (200, 3)


@each_coding
@pytest.mark.parametrize("cut", [1, 5, 20])
def test_a_body_cut_short_is_refused_whole(api: Api, coding: str, pack: Callable[[bytes], bytes], cut: int) -> None:
    body = pack(a_flag())[:-cut]
    with nothing_happens():
        answer = packed(api, "/flags", body, coding)
    assert (answer.status, answer.problem) == (422, "cut-short")


@each_coding
@pytest.mark.parametrize("damage", ["after", "before", "inside"])
def test_a_broken_body_is_refused(api: Api, coding: str, pack: Callable[[bytes], bytes], damage: str) -> None:
    body = pack(a_flag())
    body = {"after": body + b"garbage!", "before": b"garbage!" + body, "inside": body[:20] + b"\xff\x00" + body[22:]}[
        damage
    ]
    with nothing_happens():
        answer = packed(api, "/flags", body, coding)
    assert (answer.status, answer.problem, answer.fields) == (422, "broken-encoding", {"body"})


@each_coding
def test_a_bomb_stops_at_the_bound(api: Api, coding: str, pack: Callable[[bytes], bytes]) -> None:
    bomb = pack(b" " * 900_000_000) if coding == "zstd" else pack(b" " * 200_000_000)
    assert len(bomb) < limits.BODY_BYTES
    tracemalloc.start()
    with nothing_happens():
        answer = packed(api, "/flags", bomb, coding)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (answer.status, answer.problem) == (413, "too-large")
    assert most < 30 * limits.BODY_BYTES


def test_many_empty_members_are_refused(api: Api) -> None:
    with nothing_happens():
        answer = packed(api, "/flags", gzip.compress(b"") * (limits.MEMBERS + 1), "gzip")
    assert (answer.status, answer.problem) == (422, "broken-encoding")


def test_a_frame_with_a_wide_window_is_refused(api: Api) -> None:
    compressor = zstd.ZstdCompressor(options={zstd.CompressionParameter.window_log: 27})
    wide = compressor.compress(a_flag(), mode=compressor.FLUSH_BLOCK) + compressor.flush()
    with nothing_happens():
        answer = packed(api, "/flags", wide, "zstd")
    assert (answer.status, answer.problem) == (422, "broken-encoding")


@pytest.mark.parametrize("coding", ["br", "deflate", "gzip, zstd", "gzip\u00fc"])
def test_another_coding_is_refused_with_those_we_take(api: Api, coding: str) -> None:
    body = zlib.compress(a_flag())
    with nothing_happens():
        answer = packed(api, "/flags", body, coding)
    assert (answer.status, answer.problem) == (415, "unsupported-encoding")
    assert answer.headers["Accept-Encoding"] == "gzip, zstd"


# ── media types ──────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "media_type", ["application/json", "application/JSON; charset=UTF-8", "application/x-ndjson", ""]
)
def test_json_is_taken_however_it_is_called(api: Api, media_type: str) -> None:
    assert api.post("/flags", a_flag(), content_type=media_type).status == 201


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1", "json"]
)
def test_another_media_type_is_refused(api: Api, media_type: str) -> None:
    body = a_flag()
    with nothing_happens():
        answer = api.post("/flags", body, content_type=media_type)
    assert (answer.status, answer.problem) == (415, "unsupported-media-type")
    assert "application/json" in answer.headers["Accept"]


# ── JSON ─────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("said", "field", "code"),
    [
        (b'{"reason": "\\ud800"}', "reason", "not-json"),
        (b'{"account": {"handle": "\\udc00x"}}', "account.handle", "not-json"),
        (b'{"posts": [{"text": "a"}, {"text": "\\ud83d"}]}', "posts[1].text", "not-json"),
        (b'{"account": {"followers": NaN}}', "account.followers", "not-json"),
        (b'{"account": {"followers": -Infinity}}', "account.followers", "not-json"),
        (b'{"reason": "a\xffb"}', "reason", "not-json"),
        (b'{"reason": "\xed\xa0\x80"}', "reason", "not-json"),
        (b'\xef\xbb\xbf{"reason": ""}', "body", "not-json"),
        (b'\xff\xfe{\x00}\x00', "body", "not-json"),
        (b'{"reason": "', "body", "not-json"),
        (b"{'reason': 1}", "body", "not-json"),
        (b'{"reason": "a\x00b"}', "body", "not-json"),
        (b'{"reason": "a\\u0000b"}', "reason", "invalid"),
        (b'{"reason": ' + b"[" * 33 + b"]" * 33 + b"}", "reason" + "[0]" * 31, "too-deep"),
        (b'{"x": ' + b'{"y":' * 40 + b"1" + b"}" * 41, "x" + ".y" * 31, "too-deep"),
        (b'{"reason": ' + b"[" * 5000 + b"]" * 5000 + b"}", "body", "too-deep"),
        (b'{"reason": ' + b"[" * 100 + b'"\\u0000"' + b"]" * 100 + b"}", "reason" + "[0]" * 31, "too-deep"),
    ],
    ids=range(17),
)  # fmt: skip
def test_what_no_text_and_no_number_can_be_names_its_field(api: Api, said: bytes, field: str, code: str) -> None:
    with nothing_happens():
        answer = api.post("/flags", said)
    assert (answer.status, answer.problem) == (422, code)
    assert field in answer.fields


def test_in_bulk_only_the_broken_records_are_refused(api: Api) -> None:
    lines = [a_flag(), b'{"reason": "\\ud800"}', b'{"reason": "\xff"}', a_flag("ira:2"), b'{"reason": NaN}']
    results = api.post("/flags/bulk", b"\n".join(lines)).body["results"]
    named = [[error["field"] for error in result.get("error", {}).get("errors", [])] for result in results]
    assert named == [[], ["reason"], ["reason"], [], ["reason"]]


def test_a_long_record_is_refused_by_itself(api: Api) -> None:
    long = b'{"reason": "' + b"x" * limits.RECORD_BYTES + b'"}'
    results = api.post("/flags/bulk", b"\n".join([a_flag(), long])).body["results"]
    assert ("id" in results[0], results[1]["error"]["status"]) == (True, 413)


def test_of_two_members_with_one_name_the_last_counts(api: Api) -> None:
    body = a_flag()[:-1] + b', "reason": "The last."}'
    assert api.post("/flags", body).status == 201
    assert Flag.objects.get().reason == "The last."


@pytest.mark.parametrize(
    "body", [b"[" + b"1," * 12_000_000 + b"1]", b"\n" * (limits.LINES + 1), b"[" + b"1," * 10_000 + b"1]"]
)
def test_more_records_than_a_call_may_hold_cost_little(api: Api, body: bytes) -> None:
    tracemalloc.start()
    with nothing_happens():
        answer = api.post("/flags/bulk", body)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (answer.status, answer.problem) == (413, "too-large")
    assert most < 200_000_000


def test_many_unknown_fields_are_named_up_to_a_bound(api: Api) -> None:
    body = json.dumps({f"field-{n}": n for n in range(10_000)} | {"x" * 100_000: 1}).encode()
    answer = api.post("/flags", body)
    assert (answer.status, len(answer.fields)) == (422, limits.FAULTS)


# ── times and texts ──────────────────────────────────────────────────────────────────────────────────────
def test_times_that_nobody_can_mean_are_refused_by_their_path(api: Api) -> None:
    now = clock.now()
    a_while, ago = now + timedelta(minutes=6), "1999-12-31T23:59:59Z"
    post, order = {"external_id": "p", "text": "t"}, {"order_id": "o", "authority": "a"}
    changes: list[tuple[str, dict[str, Any]]] = [
        ("flagged_at", {"flagged_at": a_while.isoformat()}),
        ("flagged_at", {"flagged_at": ago}),
        ("flagged_at", {"flagged_at": "9999-12-31T23:59:59-14:00"}),
        ("posts[1].posted_at", {"posts": [post, post | {"posted_at": ago}]}),
        ("posts[0].posted_at", {"posts": [post | {"posted_at": a_while.isoformat()}]}),
        (
            "legal_basis.deadline",
            {"legal_basis": order | {"deadline": "9998-01-01T00:00:00Z"}},
        ),
    ]
    body = a_flag_body()
    with nothing_happens():
        answers = [api.post("/flags", body | change) for _, change in changes]
    assert [(answer.status, answer.fields) for answer in answers] == [(422, {field}) for field, _ in changes]


def test_a_clock_that_is_a_little_ahead_is_no_fault(api: Api) -> None:
    at = (clock.now() + timedelta(minutes=4)).isoformat()
    assert api.post("/flags", a_flag_body(flagged_at=at)).status == 201


def test_texts_are_stored_composed(api: Api) -> None:
    said = "Za\u0301\u202e\u0007 \U0001f600"
    body = a_flag_body(reason=said, posts=[{"external_id": "p", "text": said}])
    assert api.post("/flags", body).status == 201
    assert Flag.objects.get().reason == Post.objects.get().text == "Z\u00e1\u202e\u0007 \U0001f600"
