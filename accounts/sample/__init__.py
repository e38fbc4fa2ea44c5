"""Real accounts that come with the product: the demo's content and the tests' input. See ATTRIBUTION.md."""

from pathlib import Path

_HERE = Path(__file__).parent
ACCOUNTS = _HERE / "accounts.ndjson.gz"
MONTHS = _HERE / "months.ndjson.gz"
DAYS = _HERE / "days.csv.gz"
POSTS = _HERE / "posts.ndjson.gz"
GROUPS = _HERE / "groups.ndjson.gz"
