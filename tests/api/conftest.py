"""The API as the cast's client calls it."""

import pytest

from tests.calls import Api, api_of
from tests.cast import Cast


@pytest.fixture
def api(cast: Cast) -> Api:
    """The API with a key of every scope that may act for everybody."""
    return api_of(cast)
