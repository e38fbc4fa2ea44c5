"""Hundreds of bad bodies, each a fault away from a good one: a 4xx problem that names the field, and nothing stored."""

import gzip
import json
from collections.abc import Iterator
from typing import Any

import pytest
from backports import zstd

from reviews.models import Flag
from tests.calls import Api, Json, a_flag_body, nothing_happens

pytestmark = pytest.mark.django_db

LONE, NUL, NOT_A_NUMBER, HUGE = '"\\ud800"', '"a\\u0000b"', "NaN", "1e400"
TEXTS = ["1", "true", "[]", "{}", LONE, NUL, NOT_A_NUMBER]
KEYS = [*TEXTS, "null", '""']
COUNTS = ['"5"', "-1", "1.5", "true", "[]", "{}", NOT_A_NUMBER, "Infinity", HUGE, str(10**12 + 1), str(2**63)]
TIMES = [
    '"yesterday"', '"2026-01-01T00:00:00"', '"2026-01-01"', '"0001-01-01T00:00:00Z"', '"9999-12-31T23:59:59Z"',
    '"2026-13-01T00:00:00Z"', '"2026-01-01T25:00:00Z"', '"2026-01-01T00:00:00+99:00"', '"1066-10-14T09:00:00Z"',
    "[]", "{}", "true", '""', LONE, NUL, NOT_A_NUMBER,
]  # fmt: skip
DATES = [
    '"yesterday"', '"2026-02-30"', "5", "[]", "{}", '""', NUL, '"2026-01-01T00:00:00Z"', '"0001-01-01"',
    '"1969-12-31"', '"2999-01-01"', '"9999-12-31"',
]  # fmt: skip
LISTS = ['"x"', "5", "{}", "true", "[5]", '["x"]', "[[]]", "[null]"]
OBJECTS = ['"x"', "5", "[]", "true", '{"colour": "red"}']
URLS = [
    '"javascript:alert(1)"',
    '"ftp://x.io"',
    '"//x.io"',
    '"https://x .io"',
    '"https://x.io\\n"',
    "5",
    "[]",
    LONE,
    NUL,
]
LANGUAGES = ['"e"', '"en_US"', '"english language"', '"en\\n"', "5", "[]", LONE, NUL]

FAULTS: dict[str, list[str]] = {
    "platform": [*KEYS, '"Two Words"', '"a\\n"', '"nowhere"', f'"{"x" * 61}"'],
    "policy": [*KEYS, '"no_such"', f'"{"x" * 81}"'],
    "reason": [*TEXTS, "null", f'"{"x" * 10_001}"'],
    "reporter": [*TEXTS, "null", f'"{"x" * 201}"'],
    "client_reference": [*TEXTS, "null", f'"{"x" * 201}"'],
    "source_kind": ["1", "[]", '"user_report"', '"king"', f'"{"x" * 21}"'],
    "flagged_at": [*TIMES, '"2999-01-01T00:00:00Z"'],
    "colour": ['"red"', "null"],
    "account": [*OBJECTS, "null"],
    "account.external_id": [*KEYS, f'"{"x" * 301}"'],
    "account.handle": [*KEYS, f'"{"x" * 201}"'],
    "account.display_name": [*TEXTS, f'"{"x" * 401}"'],
    "account.bio": [*TEXTS, f'"{"x" * 100_001}"'],
    "account.url": URLS,
    "account.language": LANGUAGES,
    "account.country": ['"de"', '"DEU"', '"D"', '"DE\\n"', "5", "[]", LONE, NUL],
    "account.followers": [*COUNTS, "9" * 5000],
    "account.following": COUNTS,
    "account.posts": COUNTS,
    "account.created_on": DATES,
    "account.protected_class": ['"king"', "5", "[]", LONE],
    "account.colour": ['"red"'],
    "legal_basis": [*OBJECTS],
    "legal_basis.order_id": KEYS,
    "legal_basis.authority": KEYS,
    "legal_basis.deadline": TIMES,
    "legal_basis.kind": ["5", "null", "[]", '"a_wish"', LONE],
    "legal_basis.member_state": ['"pt"', '"PRT"', '"P"', '"PT\\n"', "5", "[]", LONE, NUL],
    "legal_basis.received_at": [*TIMES, '"2999-01-01T00:00:00Z"'],
    "posts": LISTS,
    "posts[0].external_id": KEYS,
    "posts[0].text": [*TEXTS, "null", f'"{"x" * 100_001}"'],
    "posts[0].language": LANGUAGES,
    "posts[0].posted_at": TIMES,
    "posts[0].url": URLS,
    "posts[0].media": LISTS,
    "posts[0].media[0].url": URLS,
    "posts[0].media[0].type": ["5", "[]", f'"{"x" * 101}"', LONE],
    "posts[0].media[0].hash": ["5", "[]", f'"{"x" * 201}"', LONE],
}
PLACE = "\u2063here\u2063"


def a_whole_flag() -> Json:
    """A good flag that says everything."""
    post = {"external_id": "p", "text": "t", "posted_at": "2026-01-02T03:04:05Z", "media": [{"url": "https://x.io/a"}]}
    basis = {"order_id": "o-1", "authority": "Court", "deadline": "2027-01-02T03:04:05Z"}
    return a_flag_body(posts=[post], legal_basis=basis)


def with_fault(path: str, raw: str) -> bytes:
    """The whole flag with `raw` JSON at `path`."""
    body: Any = a_whole_flag()
    *way, last = path.replace("[0]", ".0").split(".")
    at = body
    for step in way:
        at = at[int(step)] if step.isdigit() else at[step]
    at[last] = PLACE
    return json.dumps(body, ensure_ascii=False).replace(f'"{PLACE}"', raw).encode()


def all_faults() -> Iterator[tuple[str, bytes]]:
    """Every path with every body that is wrong there."""
    for path, values in FAULTS.items():
        for raw in values:
            yield path, with_fault(path, raw)
    for needed in ("platform", "account", "policy"):
        yield needed, json.dumps({k: v for k, v in a_whole_flag().items() if k != needed}).encode()
    for needed in ("external_id", "handle"):
        body = a_whole_flag()
        del body["account"][needed]
        yield f"account.{needed}", json.dumps(body).encode()


def names(problem: Json, path: str) -> bool:
    """Whether the problem names the field, or where a value has no form at all, what it stands in."""
    said = [error["field"] for error in problem.get("errors", [])]
    return any(field == path or field.startswith((f"{path}.", f"{path}[")) for field in said)


def test_the_whole_flag_is_good(api: Api) -> None:
    answer = api.post("/flags", a_whole_flag())
    assert answer.status == 201, answer.body


def test_each_fault_is_a_problem_that_names_its_field(api: Api) -> None:
    a_whole_flag()
    wrong, count = [], 0
    with nothing_happens():
        for path, body in all_faults():
            answer, count = api.post("/flags", body), count + 1
            if not 400 <= answer.status < 500 or not names(answer.body, path):
                wrong.append((path, body[-120:], answer.status, answer.body))
    assert wrong == []
    assert count >= 300


def test_in_bulk_each_fault_is_answered_and_the_good_one_between_is_stored(api: Api) -> None:
    good = json.dumps(a_whole_flag() | {"client_reference": "the good one"}).encode()
    faults = list(all_faults())
    half = len(faults) // 2
    lines = [body for _, body in faults[:half]] + [good] + [body for _, body in faults[half:]]
    answer = api.post("/flags/bulk", b"\n".join(lines))
    assert (answer.status, answer.body["accepted"], answer.body["rejected"]) == (200, 1, len(faults))
    assert Flag.objects.get().client_reference == "the good one"
    results = [result for result in answer.body["results"] if "error" in result]
    wrong = [path for (path, _), result in zip(faults, results, strict=True) if not names(result["error"], path)]
    assert wrong == []


def bodies_that_are_no_records() -> Iterator[tuple[str, bytes, dict[str, str]]]:
    """Bodies that fail before any field is looked at, with their headers."""
    good = json.dumps(a_whole_flag()).encode()
    packed, dense = gzip.compress(good), zstd.compress(good)
    for cut in range(1, len(good), max(1, len(good) // 40)):
        yield f"cut at {cut}", good[:cut], {}
    for cut in range(1, len(packed), max(1, len(packed) // 20)):
        yield f"gzip cut at {cut}", packed[:cut], {"Content-Encoding": "gzip"}
    for cut in range(1, len(dense), max(1, len(dense) // 20)):
        yield f"zstd cut at {cut}", dense[:cut], {"Content-Encoding": "zstd"}
    for depth in (33, 1_000, 100_000):
        yield f"arrays {depth} deep", b"[" * depth + b"]" * depth, {}
        yield f"objects {depth} deep", b'{"a":' * depth + b"1" + b"}" * depth, {}
    bomb = gzip.compress(b" " * 70_000_000, 1)
    yield "gzip bomb", bomb, {"Content-Encoding": "gzip"}
    yield "zstd bomb", zstd.compress(b" " * 70_000_000), {"Content-Encoding": "zstd"}
    yield "gzip that isn't", good, {"Content-Encoding": "gzip"}
    yield "zstd that isn't", packed, {"Content-Encoding": "zstd"}
    yield "10 MB string", b'{"reason": "' + b"x" * 10_000_000 + b'"}', {}
    for text in (
        "null",
        "5",
        '"x"',
        "[]",
        "true",
        "nothing",
        "'x'",
        "{'a': 1}",
        "{a: 1}",
        "\ufeff{}",
        "{}{}",
        "/**/{}",
    ):
        yield text, text.encode(), {}
    for raw in (b"\xff\xfe{}", b'{"reason": "\xff"}', b'{"reason": "\xed\xa0\x80"}', b"\x00", b"{\x00}", b"<xml/>"):
        yield repr(raw), raw, {}
    yield "UTF-16", json.dumps(a_whole_flag()).encode("utf-16"), {}
    yield "form", b"platform=simulator", {"Content-Type": "application/x-www-form-urlencoded"}


def test_what_is_no_flag_at_all_is_a_problem_that_says_what_to_do(api: Api) -> None:
    a_whole_flag()
    wrong = []
    with nothing_happens():
        for name, body, headers in bodies_that_are_no_records():
            answer = api.post("/flags", body, **({"headers": headers} if headers else {}))
            is_problem = isinstance(answer.body, dict) and str(answer.body.get("type", "")).startswith(
                "/api/docs/problems/#"
            )
            if not (400 <= answer.status < 500 and is_problem and len(answer.body["detail"]) > 10):
                wrong.append((name, answer.status, answer.body))
    assert wrong == []


@pytest.mark.parametrize("path", ["/accounts/bulk", "/activity/bulk"])
def test_the_other_bulk_calls_refuse_the_same(api: Api, path: str) -> None:
    a_whole_flag()
    wrong = []
    with nothing_happens():
        for name, body, headers in bodies_that_are_no_records():
            answer = api.post(path, body, **({"headers": headers} if headers else {}))
            accepted = answer.body.get("accepted") if answer.status == 200 else 0
            if answer.status >= 500 or accepted:
                wrong.append((name, answer.status))
    assert wrong == []
