"""What the log can say about statistics and about reading the log itself."""

from django.utils.translation import gettext_noop as _

from audit.rules import declare

AUDIT_EXPORTED = declare("audit.exported", _("Somebody exported entries of the log"), "filters", "entries")
STATISTIC_EXPORTED = declare("statistic.exported", _("Somebody exported a statistic"), "name", "asked", "rows")
DEFINITION_PUBLISHED = declare(
    "definition.published", _("A definition of a statistic was published"), "name", "version", "digest"
)
REBUILT = declare("statistics.rebuilt", _("Statistics were counted anew from raw rows"), "recounted")
