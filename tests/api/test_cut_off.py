"""Senders that are cut off in the middle: nothing of a body is taken unless all of it came."""

import io
import json

import pytest
from django.test import Client

from reviews.models import Flag
from tests.calls import Api, a_flag_body, nothing_happens
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def lines(count: int) -> bytes:
    return b"".join(json.dumps(a_flag_body(f"ira:{n}")).encode() + b"\n" for n in range(count))


class BrokenChunks(io.BytesIO):
    """How a web server's input ends when a chunk is none: with an error of the server's own."""

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        if size is None or size < 0 or len(data) < size:
            raise LookupError("Invalid chunk size")
        return data


def cut_off(cast: Cast, **environ: object) -> tuple[int, str]:
    """The status and the code of the answer to a bulk call that the server reads from `environ`."""
    answer = Client().generic(
        "POST",
        "/api/v1/flags/bulk",
        b"",
        content_type="application/x-ndjson",
        headers={"Authorization": f"Bearer {cast.key}", "Idempotency-Key": "k-1"},
        **environ,
    )
    return answer.status_code, answer.json().get("code", "")


def test_a_body_that_ends_before_its_length_is_refused_whole(cast: Cast) -> None:
    body = lines(3)
    with nothing_happens():
        answer = cut_off(cast, **{"wsgi.input": io.BytesIO(body[:-1]), "CONTENT_LENGTH": str(len(body))})
    assert answer == (422, "cut-short")


def test_sent_again_whole_under_the_same_key_it_is_stored_once(cast: Cast) -> None:
    body, first = lines(3), lines(1)
    cut_off(cast, **{"wsgi.input": io.BytesIO(first), "CONTENT_LENGTH": str(len(body))})
    again = Api(cast.key).post("/flags/bulk", body, headers={"Idempotency-Key": "k-1"})
    assert (again.status, again.body["accepted"], Flag.objects.count()) == (200, 3, 3)


def test_a_broken_chunk_is_the_senders_fault(cast: Cast) -> None:
    chunked = {"wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    body = lines(2)
    with nothing_happens():
        answer = cut_off(cast, **{"wsgi.input": BrokenChunks(body)} | chunked)
    assert answer == (422, "cut-short")
