"""What the log can say about platforms and accounts."""

from audit.rules import declare

PLATFORM_CREATED = declare("platform.created", "A platform was added", "slug", "connector", "url")
ACCOUNT_WRITTEN = declare("account.written", "An account's facts were written by an API client", "created")
IMPORTED = declare("import.finished", "A file was imported", "what", "file", "rows", "accepted", "rejected")
