"""What the log can say about enforcements."""

from django.utils.translation import gettext_noop as _

from audit.rules import declare

_FACTS = ("kind", "cause", "wave", "attempts", "error")
STOPPED = declare("dispatch.stopped", _("Nothing leaves for a platform any more"), "reason")
RESUMED = declare("dispatch.resumed", _("What is due for a platform leaves again"))
REQUESTED = declare(
    "enforcement.requested", _("An enforcement was put into the ledger"), "kind", "cause", "wave", "until"
)
APPLIED = declare("enforcement.applied", _("The platform did it"), *_FACTS)
RETRYING = declare("enforcement.retrying", _("It did not get through and is tried again"), *_FACTS)
BECAME_UNKNOWN = declare("enforcement.became_unknown", _("It was sent and nothing was heard"), *_FACTS)
HANDED_OUT = declare("enforcement.handed_out", _("It was handed out to be done by hand"), *_FACTS)
FAILED = declare("enforcement.failed", _("The platform refused it for good"), *_FACTS)
CANCELLED = declare("enforcement.cancelled", _("It was taken back before it left"), *_FACTS)
SUPERSEDED = declare("enforcement.superseded", _("A newer decision replaced it before it left"), *_FACTS)
CARRIED = declare(
    "enforcement.carried", _("An equal one was on its way and does its work"), *_FACTS, "until", "carried_by"
)
SETTLED = declare("enforcement.settled", _("Somebody said what became of an unknown one"), *_FACTS, "took_effect")
RETRIED = declare("enforcement.retried", _("Somebody had a failed one tried again"), *_FACTS)
WAVE_HELD = declare("wave.held", _("Nothing of a wave leaves for its platforms any more"))
WAVE_LET_GO = declare("wave.let_go", _("What is due of a held wave leaves again"))
