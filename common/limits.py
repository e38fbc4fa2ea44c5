"""How much one call may carry: the numbers that `docs/limits.md` tells, each in one place."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

# ── bytes ────────────────────────────────────────────────────────────────────────────────────────────────
BODY_BYTES: Final = 1_000_000  # of one call, before and after decompression
BULK_BYTES: Final = 64_000_000  # of one bulk call, before and after decompression
RECORD_BYTES: Final = 1_000_000  # of one record of a bulk call, or one line
WINDOW_LOG: Final = 23  # of a zstd frame: 8 MB, as RFC 9659 asks of content codings
MEMBERS: Final = 10_000  # members of a gzip body, frames of a zstd body

# ── JSON ─────────────────────────────────────────────────────────────────────────────────────────────────
NESTING: Final = 32  # arrays and objects inside one another
RECORDS: Final = 10_000  # in one bulk call
LINES: Final = 100_000  # in one bulk call, blank ones counted
FAULTS: Final = 50  # named in one problem

# ── time ─────────────────────────────────────────────────────────────────────────────────────────────────
EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)  # before this nothing was flagged or posted
CLOCK_SKEW: Final = timedelta(minutes=5)  # how far a sender's clock may be ahead
FURTHEST: Final = timedelta(days=3660)  # how far ahead a deadline may lie

FIRST_DAY: Final = date(1970, 1, 1)  # the earliest day on which an account was made, or something was counted

# ── numbers ──────────────────────────────────────────────────────────────────────────────────────────────
COUNT: Final = 10**12  # of followers, posts, reach: millions of such counts still add up to a 64-bit number

# ── repeated calls ───────────────────────────────────────────────────────────────────────────────────────
IDEMPOTENCY_KEY_CHARACTERS: Final = 255
IDEMPOTENCY_HOURS: Final = 48
