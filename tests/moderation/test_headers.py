"""What every answer carries: nothing personal stays in a cache, nothing foreign runs on a page."""

import pytest
from django.test import Client

from tests.cast import Cast


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/audit/", "/statistics/", "/nothing-here", "/api/v1/policies", "/healthz"])
def test_no_answer_stays_in_a_cache_and_each_has_the_policy(cast: Cast, path: str) -> None:
    browser = Client(raise_request_exception=False)
    browser.force_login(cast.supervisor.person())
    headers = browser.get(path).headers
    assert "no-store" in headers["Cache-Control"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
