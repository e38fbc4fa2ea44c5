"""What schemathesis is told of us: how a body of NDJSON is written."""

import json
from typing import Any

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def ndjson(context: object, value: Any) -> bytes:
    """One record a line."""
    records = value if isinstance(value, list) else [value]
    return b"\n".join(record if isinstance(record, bytes) else json.dumps(record).encode() for record in records)
