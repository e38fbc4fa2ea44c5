"""What the log can say about statistics and about reading the log itself."""

from audit.rules import declare

AUDIT_EXPORTED = declare("audit.exported", "Somebody exported entries of the log", "filters", "entries")
STATISTIC_EXPORTED = declare("statistic.exported", "Somebody exported a statistic", "name", "asked", "rows")
DEFINITION_PUBLISHED = declare(
    "definition.published", "A definition of a statistic was published", "name", "version", "digest"
)
REBUILT = declare("statistics.rebuilt", "Statistics were counted anew from raw rows", "recounted")
