"""States and outcomes. The moves between states stand in `reviews.rules`."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Severity(models.IntegerChoices):
    """How grave a policy's breach is."""

    LOW = 1, _("1 of 4")
    MODERATE = 2, _("2 of 4")
    HIGH = 3, _("3 of 4")
    CRITICAL = 4, _("4 of 4")


class FollowerBand(models.TextChoices):
    """How many followers an account has, in steps of ten."""

    UNKNOWN = "unknown", _("Unknown")
    UNDER_1K = "under_1k", _("Under 1,000")
    FROM_1K = "from_1k", _("1,000 to 9,999")
    FROM_10K = "from_10k", _("10,000 to 99,999")
    FROM_100K = "from_100k", _("100,000 to 999,999")
    FROM_1M = "from_1m", _("1,000,000 and more")


class FlagState(models.TextChoices):
    """What became of a flag."""

    OPEN = "open", _("Open")
    AGREED = "agreed", _("Agreed")
    DISAGREED = "disagreed", _("Disagreed")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    ALREADY_ACTIONED = "already_actioned", _("Already actioned")
    GONE = "gone", _("Account gone")


class FlagOutcome(models.TextChoices):
    """What a source is told of its flag in the end: what was decided, or that the account is gone from the platform."""

    SUSPEND = "suspend", _("Suspend")
    KEEP = "keep", _("Keep")
    GONE = "gone", _("Account gone")


class ClosedAs(models.TextChoices):
    """Why a case was closed without a decision. Empty: it wasn't, or that was before this was kept."""

    NOT_CLOSED = "", _("Not closed")
    WITHDRAWN = "withdrawn", _("All its flags were withdrawn")
    FOLDED = "folded", _("Folded into an earlier case")
    GONE = "gone", _("The account is gone from its platform")
    BATCH = "batch", _("Its batch was cancelled, and nothing is left to decide")


class CaseState(models.TextChoices):
    """Where a case is."""

    WAITING = "waiting", _("Waiting")
    CLAIMED = "claimed", _("Claimed")
    HELD = "held", _("Held")
    ESCALATED = "escalated", _("Escalated")
    SECOND_LOOK = "second_look", _("Second look")
    DECIDED = "decided", _("Decided")
    CLOSED = "closed", _("Closed")


OPEN_CASE = [
    CaseState.WAITING,
    CaseState.CLAIMED,
    CaseState.HELD,
    CaseState.ESCALATED,
    CaseState.SECOND_LOOK,
]


class ClaimEnd(models.TextChoices):
    """How a claim ended. Empty while it lives."""

    LIVE = "", _("Live")
    DECIDED = "decided", _("Decided")
    RELEASED = "released", _("Released")
    SKIPPED = "skipped", _("Skipped")
    EXPIRED = "expired", _("Run out")
    CLOSED = "closed", _("Case closed")
    PROPOSED = "proposed", _("Proposed to a second person")
    HELD = "held", _("Held")
    ESCALATED = "escalated", _("Escalated")
    HANDED_OVER = "handed", _("Handed over")
    TAKEN_BACK = "taken_back", _("Taken back")
    RESTRICTED = "restricted", _("Restricted: its holder isn’t cleared")
    MOVED = "moved", _("Moved to other queues")


class HoldEnd(models.TextChoices):
    """How a hold ended. Empty while it lasts."""

    OPEN = "", _("Open")
    RESUMED = "resumed", _("Gone on with")
    DUE = "due", _("Reminder due")
    HANDED_OVER = "handed", _("Handed over")
    TAKEN_BACK = "taken_back", _("Taken back")
    RESTRICTED = "restricted", _("Restricted: its holder isn’t cleared")


class SkipReason(models.TextChoices):
    """Why a person passes a case over: one key each, in this order."""

    LANGUAGE = "language", _("I don’t read this language well enough")
    SUBJECT = "subject", _("I don’t know this subject well enough")
    CONFLICT = "conflict", _("I know the account or its owner")
    HARM = "harm", _("I don’t want to look at this now")
    OTHER = "other", _("Another reason")


class Outcome(models.TextChoices):
    """The two ends of a review."""

    SUSPEND = "suspend", _("Suspend")
    KEEP = "keep", _("Keep")


class DecisionState(models.TextChoices):
    """How far a decision is."""

    PROPOSED = "proposed", _("Proposed")
    REFUSED = "refused", _("Refused")
    PENDING = "pending", _("In its undo window")
    UNDONE = "undone", _("Undone")
    EFFECTIVE = "effective", _("Effective")
    REVERSED = "reversed", _("Reversed")


class Need(models.TextChoices):
    """Why a suspension needs a second person."""

    PROTECTED = "protected", _("The account is protected")
    FOLLOWERS = "followers", _("It has many followers")
    GOVERNMENTS = "governments", _("Governments alone flagged it")


STANDING = [DecisionState.PENDING, DecisionState.EFFECTIVE]


class BatchState(models.TextChoices):
    """How far a batch is."""

    DRAFT = "draft", _("Draft")
    PLANNED = "planned", _("Planned")
    APPROVED = "approved", _("Approved")
    RUNNING = "running", _("Running")
    PAUSED = "paused", _("Paused")
    FINISHED = "finished", _("Finished")
    CANCELLED = "cancelled", _("Cancelled")
    REVERTING = "reverting", _("Reverting")
    REVERTED = "reverted", _("Reverted")


class ItemState(models.TextChoices):
    """What became of one account of a batch."""

    LISTED = "listed", _("To be decided")
    LEFT_OUT = "left_out", _("Left out")
    DECIDED = "decided", _("Decided")
    CANCELLED = "cancelled", _("Taken back before it left")
    REVERTING = "reverting", _("To be reverted")
    REVERTED = "reverted", _("Reverted")


class ItemOutcome(models.TextChoices):
    """What came of one account of a batch, on its platform."""

    LEFT_OUT = "left_out", _("Left out")
    TO_DECIDE = "to_decide", _("To be decided")
    KEPT = "kept", _("Kept")
    UNDER_WAY = "under_way", _("Under way")
    APPLIED = "applied", _("Applied")
    FAILED = "failed", _("Failed")
    UNKNOWN = "unknown", _("Unknown")
    UNTOUCHED = "untouched", _("Untouched")
    SUPERSEDED = "superseded", _("Superseded")
    REVERTED = "reverted", _("Reverted")


class NotReverted(models.TextChoices):
    """Why an account of a batch was not reverted when somebody asked. Empty: nothing was in the way."""

    NO_REASON = "", _("Nothing in the way")
    NOT_STANDING = "not_standing", _("Its decision doesn’t stand any more")
    CASE_OPEN = "case_open", _("Its case is open again")


class LeftOut(models.TextChoices):
    """Why a batch leaves an account out. Empty: it doesn't."""

    NOT_LEFT_OUT = "", _("Not left out")
    UNKNOWN_ACCOUNT = "unknown_account", _("Unknown to us")
    TWICE = "listed_twice", _("Listed twice")
    PROTECTED = "protected", _("Protected, to be decided one by one")
    SECOND_PERSON = "second_person", _("Needs a second person, to be decided one by one")
    ALREADY = "already_suspended", _("Already suspended by us")
    NOT_SUSPENDED = "not_suspended", _("Not suspended by us")
    CLAIMED_BY_OTHER = "claimed_by_other", _("Somebody works on its case")
    RESTRICTED = "restricted", _("Restricted material, to be decided by people who are cleared for it")


class WebhookEvent(models.TextChoices):
    """What sources are told of. `test` is sent by hand alone."""

    FLAG_RECEIVED = "flag.received", _("Flag received")
    CASE_DECIDED = "case.decided", _("Case decided")
    DECISION_REVERSED = "decision.reversed", _("Decision reversed")
    ENFORCEMENT_APPLIED = "enforcement.applied", _("Enforcement applied")
    TEST = "test", _("Test")


SUBSCRIBABLE = [event for event in WebhookEvent if event != WebhookEvent.TEST]


class DeliveryState(models.TextChoices):
    """How far a delivery is. Failed ones are tried again, exhausted ones only by hand."""

    PENDING = "pending", _("Waiting")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Failed, to be tried again")
    EXHAUSTED = "exhausted", _("Given up")


UNDELIVERED = [DeliveryState.PENDING, DeliveryState.FAILED]


class OrderKind(models.TextChoices):
    """What an order rests on."""

    REMOVAL = "removal_order_2021_784", _("Removal order, Regulation (EU) 2021/784")
    DSA_9 = "order_dsa_9", _("Order to act, Article 9 DSA")
    OTHER = "other", _("Other order")


class PauseReason(models.TextChoices):
    """Why an order's clock stands still: Article 3(7) and (8) of Regulation (EU) 2021/784."""

    MANIFEST_ERROR = "manifest_error", _("Manifest error, or too little to go by")
    FORCE_MAJEURE = "force_majeure", _("Force majeure")


class OrderState(models.TextChoices):
    """Where an order is."""

    OPEN = "open", _("Open")
    PAUSED = "paused", _("Clock paused")
    OVERDUE = "overdue", _("Overdue")
    ANSWERED = "answered", _("Answered")


class OrderOutcome(models.TextChoices):
    """How an order ended: as its case was decided, or withdrawn by its sender."""

    SUSPEND = "suspend", _("Suspended")
    KEEP = "keep", _("Kept")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    GONE = "gone", _("Account gone")


class TextKind(models.TextChoices):
    """Whose text is to be made findable."""

    FLAG = "flag", _("Flag")
    POST = "post", _("Post")
