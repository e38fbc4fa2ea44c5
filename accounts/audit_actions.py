"""What the log can say about platforms and accounts."""

from django.utils.translation import gettext_noop as _

from audit.rules import declare

PLATFORM_CREATED = declare("platform.created", _("A platform was added"), "slug", "connector", "url")
PLATFORM_CHANGED = declare(
    "platform.changed",
    _("A platform was changed: its name, address, limit or settings"),
    "before",
    "after",
    "secret_changed",
)
ACCOUNT_WRITTEN = declare("account.written", _("An account's facts were written by an API client"), "created")
TOPIC_DEFINED = declare("topic.defined", _("A topic was defined"), "title", "definition", "version")
TOPIC_TRACKED = declare("topic.tracked", _("Accounts were tracked for a topic"), "accounts")
TOPIC_TALLIED = declare("topic.tallied", _("A topic's activity was counted"), "cells")
IMPORT_STARTED = declare("import.started", _("The import of a file was started"), "what", "file", "after_line")
IMPORTED = declare("import.finished", _("A file was imported"), "what", "file", "accepted", "rejected")
