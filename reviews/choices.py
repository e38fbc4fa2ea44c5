"""States and outcomes. The moves between states stand in `reviews.rules`."""

from django.db import models


class Severity(models.IntegerChoices):
    """How grave a policy's breach is."""

    LOW = 1, "1 of 4"
    MODERATE = 2, "2 of 4"
    HIGH = 3, "3 of 4"
    CRITICAL = 4, "4 of 4"


class FollowerBand(models.TextChoices):
    """How many followers an account has, in steps of ten."""

    UNKNOWN = "unknown", "Unknown"
    UNDER_1K = "under_1k", "Under 1,000"
    FROM_1K = "from_1k", "1,000 to 9,999"
    FROM_10K = "from_10k", "10,000 to 99,999"
    FROM_100K = "from_100k", "100,000 to 999,999"
    FROM_1M = "from_1m", "1,000,000 and more"


class FlagState(models.TextChoices):
    """What became of a flag."""

    OPEN = "open", "Open"
    AGREED = "agreed", "Agreed"
    DISAGREED = "disagreed", "Disagreed"
    WITHDRAWN = "withdrawn", "Withdrawn"
    ALREADY_ACTIONED = "already_actioned", "Already actioned"


class CaseState(models.TextChoices):
    """Where a case is."""

    WAITING = "waiting", "Waiting"
    CLAIMED = "claimed", "Claimed"
    HELD = "held", "Held"
    ESCALATED = "escalated", "Escalated"
    SECOND_LOOK = "second_look", "Second look"
    DECIDED = "decided", "Decided"
    CLOSED = "closed", "Closed"


OPEN_CASE = [
    CaseState.WAITING,
    CaseState.CLAIMED,
    CaseState.HELD,
    CaseState.ESCALATED,
    CaseState.SECOND_LOOK,
]


class ClaimEnd(models.TextChoices):
    """How a claim ended. Empty while it lives."""

    LIVE = "", "Live"
    DECIDED = "decided", "Decided"
    RELEASED = "released", "Released"
    SKIPPED = "skipped", "Skipped"
    EXPIRED = "expired", "Run out"
    CLOSED = "closed", "Case closed"
    PROPOSED = "proposed", "Proposed to a second person"
    HELD = "held", "Held"
    ESCALATED = "escalated", "Escalated"
    HANDED_OVER = "handed", "Handed over"
    TAKEN_BACK = "taken_back", "Taken back"


class HoldEnd(models.TextChoices):
    """How a hold ended. Empty while it lasts."""

    OPEN = "", "Open"
    RESUMED = "resumed", "Gone on with"
    DUE = "due", "Reminder due"
    HANDED_OVER = "handed", "Handed over"
    TAKEN_BACK = "taken_back", "Taken back"


class SkipReason(models.TextChoices):
    """Why a person passes a case over: one key each, in this order."""

    LANGUAGE = "language", "I don’t read this language well enough"
    SUBJECT = "subject", "I don’t know this subject well enough"
    CONFLICT = "conflict", "I know the account or its owner"
    HARM = "harm", "I don’t want to look at this now"
    OTHER = "other", "Another reason"


class Outcome(models.TextChoices):
    """The two ends of a review."""

    SUSPEND = "suspend", "Suspend"
    KEEP = "keep", "Keep"


class DecisionState(models.TextChoices):
    """How far a decision is."""

    PROPOSED = "proposed", "Proposed"
    REFUSED = "refused", "Refused"
    PENDING = "pending", "In its undo window"
    UNDONE = "undone", "Undone"
    EFFECTIVE = "effective", "Effective"
    REVERSED = "reversed", "Reversed"


class Need(models.TextChoices):
    """Why a suspension needs a second person."""

    PROTECTED = "protected", "The account is protected"
    FOLLOWERS = "followers", "It has many followers"
    GOVERNMENTS = "governments", "Governments alone flagged it"


STANDING = [DecisionState.PENDING, DecisionState.EFFECTIVE]


class BatchState(models.TextChoices):
    """How far a batch is."""

    DRAFT = "draft", "Draft"
    PLANNED = "planned", "Planned"
    APPROVED = "approved", "Approved"
    RUNNING = "running", "Running"
    PAUSED = "paused", "Paused"
    FINISHED = "finished", "Finished"
    CANCELLED = "cancelled", "Cancelled"
    REVERTING = "reverting", "Reverting"
    REVERTED = "reverted", "Reverted"


class ItemState(models.TextChoices):
    """What became of one account of a batch."""

    LISTED = "listed", "To be decided"
    LEFT_OUT = "left_out", "Left out"
    DECIDED = "decided", "Decided"


class LeftOut(models.TextChoices):
    """Why a batch leaves an account out. Empty: it doesn't."""

    NOT_LEFT_OUT = "", "Not left out"
    UNKNOWN_ACCOUNT = "unknown_account", "Unknown to us"
    TWICE = "listed_twice", "Listed twice"
    PROTECTED = "protected", "Protected, to be decided one by one"
    SECOND_PERSON = "second_person", "Needs a second person, to be decided one by one"
    ALREADY = "already_suspended", "Already suspended by us"
    NOT_SUSPENDED = "not_suspended", "Not suspended by us"
    CLAIMED_BY_OTHER = "claimed_by_other", "Somebody works on its case"


class WebhookEvent(models.TextChoices):
    """What sources are told of. `test` is sent by hand alone."""

    FLAG_RECEIVED = "flag.received", "Flag received"
    CASE_DECIDED = "case.decided", "Case decided"
    DECISION_REVERSED = "decision.reversed", "Decision reversed"
    ENFORCEMENT_APPLIED = "enforcement.applied", "Enforcement applied"
    TEST = "test", "Test"


SUBSCRIBABLE = [event for event in WebhookEvent if event != WebhookEvent.TEST]


class DeliveryState(models.TextChoices):
    """How far a delivery is. Failed ones are tried again, exhausted ones only by hand."""

    PENDING = "pending", "Waiting"
    DELIVERED = "delivered", "Delivered"
    FAILED = "failed", "Failed, to be tried again"
    EXHAUSTED = "exhausted", "Given up"


UNDELIVERED = [DeliveryState.PENDING, DeliveryState.FAILED]


class OrderKind(models.TextChoices):
    """What an order rests on."""

    REMOVAL = "removal_order_2021_784", "Removal order, Regulation (EU) 2021/784"
    DSA_9 = "order_dsa_9", "Order to act, Article 9 DSA"
    OTHER = "other", "Other order"


class PauseReason(models.TextChoices):
    """Why an order's clock stands still: Article 3(7) and (8) of Regulation (EU) 2021/784."""

    MANIFEST_ERROR = "manifest_error", "Manifest error, or too little to go by"
    FORCE_MAJEURE = "force_majeure", "Force majeure"


class OrderState(models.TextChoices):
    """Where an order is."""

    OPEN = "open", "Open"
    PAUSED = "paused", "Clock paused"
    OVERDUE = "overdue", "Overdue"
    ANSWERED = "answered", "Answered"


class OrderOutcome(models.TextChoices):
    """How an order ended: as its case was decided, or withdrawn by its sender."""

    SUSPEND = "suspend", "Suspended"
    KEEP = "keep", "Kept"
    WITHDRAWN = "withdrawn", "Withdrawn"


class TextKind(models.TextChoices):
    """Whose text is to be made findable."""

    FLAG = "flag", "Flag"
    POST = "post", "Post"
