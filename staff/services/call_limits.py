"""How many calls a client may make: a token bucket each, in Redis; while that is away, one in each process.

Every call costs one token, a bulk call too: what bounds that is its size. Two seconds' worth can be saved up.
"""

import math
from typing import Final

from django.conf import settings

from common import buckets, fleeting
from common.buckets import Taken
from common.errors import TooManyCalls
from staff.models import ApiClient

_SAVED_SECONDS: Final = 2
_local = buckets.Local()


def take(client: ApiClient) -> dict[str, str]:
    """One call of the client's is counted. Returns the headers that tell what is left (RateLimit header fields for
    HTTP, draft-ietf-httpapi-ratelimit-headers-10). Raises TooManyCalls, with these headers, when nothing was."""
    rate = client.calls_per_second or settings.CASELOAD["CALLS_PER_SECOND"]
    size = rate * _SAVED_SECONDS
    key = f"caseload:staff:calls:{client.pk}"
    taken = fleeting.ask(
        lambda redis: buckets.take(redis, key, rate=rate, size=size),
        otherwise=lambda: _local.take(key, rate=rate, size=size),
    )
    headers = _told(taken, rate=rate, size=size)
    if not taken.granted:
        raise TooManyCalls(
            f"This client may make {rate:,} calls a second. Wait a second, and send fewer at once.",
            headers=headers | {"Retry-After": str(max(1, math.ceil((1 - taken.left) / rate)))},
        )
    return headers


def _told(taken: Taken, *, rate: int, size: int) -> dict[str, str]:
    left = int(taken.left)
    full_in = math.ceil((size - taken.left) / rate)
    return {
        "RateLimit-Policy": f'"calls";q={size};w={_SAVED_SECONDS}',
        "RateLimit": f'"calls";r={left};t={full_in}',
    }
