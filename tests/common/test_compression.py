"""Static texts are compressed, and nothing that a person sees of theirs."""

import gzip

import pytest
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import RequestFactory

from common.compression import CompressStatic

LONG = "rule { margin: 0; }" * 100


def answer(path: str, media_type: str, coding: str = "gzip") -> HttpResponseBase:
    request = RequestFactory().get(path, HTTP_ACCEPT_ENCODING=coding)
    return CompressStatic(lambda _: HttpResponse(LONG, content_type=media_type))(request)


@pytest.mark.parametrize(
    "media_type", ['text/css; charset="utf-8"', 'text/javascript; charset="utf-8"', "image/svg+xml"]
)
def test_static_texts_are_compressed(media_type: str) -> None:
    found = answer("/static/css/base.css", media_type)
    assert found.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(found.content).decode() == LONG  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("path", "media_type", "coding"),
    [("/cases/", "text/html", "gzip"), ("/static/a.png", "image/png", "gzip"), ("/static/a.css", "text/css", "")],
)
def test_all_else_is_sent_as_it_is(path: str, media_type: str, coding: str) -> None:
    assert "Content-Encoding" not in answer(path, media_type, coding).headers
