"""The guard: more suspensions in an hour than was ever meant, and dispatch stops by itself.

Approved batches don't count: somebody looked at each of those lists. What counts is what single decisions and what
small batches asked for, so that a key that runs wild, or a mistake in a script, ends after an hour's worth.
"""

from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from accounts.models import Platform
from common import clock
from takedowns.services import stopping

WINDOW: Final = timedelta(hours=1)

# No further than the bound: the look costs the same however many there are.
_COUNT: Final = """
SELECT count(*) FROM (
    SELECT FROM takedowns_enforcement e
    WHERE e.platform_id = %(platform)s AND e.kind = 'suspend' AND e.state = 'applied' AND e.is_guarded
      AND e.applied_at > greatest(%(since)s, (
          SELECT max(lifted_at) FROM takedowns_stop WHERE platform_id = %(platform)s AND is_by_guard))
    LIMIT %(bound)s) counted
"""


def trips(platform: Platform) -> bool:
    """Whether the platform's suspensions of the last hour, or since a supervisor lifted the guard's last stop, reach
    the bound: then it is stopped, and it is said in the log, on the pages and in the metrics."""
    bound = int(settings.CASELOAD["GUARD_SUSPENSIONS_PER_HOUR"])
    if not bound:
        return False
    given: dict[str, Any] = {"platform": platform.pk, "since": clock.now() - WINDOW, "bound": bound}
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, given)
        if cursor.fetchone()[0] < bound:
            return False
    why = _("The guard: %(bound)s suspensions within an hour, approved batches left out.") % {"bound": f"{bound:,}"}
    stopping.stop_by_guard(platform, reason=why)
    return True
