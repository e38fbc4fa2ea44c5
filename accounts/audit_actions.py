"""What the log can say about platforms and accounts."""

from audit.rules import declare

PLATFORM_CREATED = declare("platform.created", "A platform was added", "slug", "connector", "url")
PLATFORM_MOVED = declare("platform.moved", "A platform's address was changed", "before", "after")
ACCOUNT_WRITTEN = declare("account.written", "An account's facts were written by an API client", "created")
TOPIC_DEFINED = declare("topic.defined", "A topic was defined", "title", "definition", "version")
TOPIC_TRACKED = declare("topic.tracked", "Accounts were tracked for a topic", "accounts")
TOPIC_TALLIED = declare("topic.tallied", "A topic's activity was counted", "cells")
IMPORT_STARTED = declare("import.started", "The import of a file was started", "what", "file", "after_line")
IMPORTED = declare("import.finished", "A file was imported", "what", "file", "accepted", "rejected")
