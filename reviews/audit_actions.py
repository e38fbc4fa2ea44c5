"""What the log can say about flags, cases, decisions and batches."""

from audit.rules import declare

FLAG_RECEIVED = declare("flag.received", "A flag was accepted", "policy", "source_kind", "state")
FLAG_WITHDRAWN = declare("flag.withdrawn", "A source took its flag back")
CASE_OPENED = declare("case.opened", "A case was opened", "cause")
CASE_VIEWED = declare("case.viewed", "Somebody opened a case", "claimed")
EVIDENCE_SEARCHED = declare("evidence.searched", "Somebody searched an account’s posts", "found")
CASE_SEARCHED = declare("case.searched", "Somebody sought words in the list of cases", "words")
CASE_CLAIMED = declare("case.claimed", "Somebody took a case", "queue", "expires_at")
CASE_SENT_AHEAD = declare(
    "case.sent_ahead", "A case was sent ahead to the browser of whoever goes on with it", "expires_at"
)
CLAIM_RENEWED = declare("case.claim_renewed", "A claim was renewed", "expires_at")
CASE_RELEASED = declare("case.released", "Somebody gave a case back")
CASE_SKIPPED = declare("case.skipped", "Somebody passed a case over", "why", "reason")
CASE_HELD = declare("case.held", "Somebody kept a case for later", "reason", "remind_at")
HOLD_ENDED = declare("case.hold_ended", "A held case waits again", "why")
CASE_ESCALATED = declare("case.escalated", "Somebody asked a question about a case", "queue", "question")
CASE_ANSWERED = declare("case.answered", "A question about a case was answered", "answer")
CASE_HANDED_OVER = declare("case.handed_over", "A supervisor handed a case to a person", "before", "after")
CASE_TAKEN_BACK = declare("case.taken_back", "A supervisor took a case back", "before")
CLAIM_EXPIRED = declare("case.claim_expired", "A claim ran out", "holder")
DRAFT_KEPT = declare("case.draft_kept", "Somebody began to write on a case")
NOTE_WRITTEN = declare("note.written", "A note was written on a case", "mentions")
NOTE_EDITED = declare("note.edited", "A note was edited by its author", "mentions")
MENTION_OPENED = declare("mention.opened", "Somebody opened a note that names them")
CASE_CLOSED = declare("case.closed", "A case was closed without a decision", "why")
CASE_REOPENED = declare("case.reopened", "A decided case waits again", "why")
DECIDED = declare(
    "decision.made",
    "A decision was made",
    "outcome",
    "policy",
    "until",
    "proposed_days",
    "length_reason",
    "evidence_version",
    "posts_seen",
    "effective_at",
    "batch",
)
DECISION_PROPOSED = declare(
    "decision.proposed",
    "A decision was proposed to a second person",
    "outcome",
    "policy",
    "until",
    "evidence_version",
    "effective_at",
    "batch",
    "needs",
)
DECISION_APPROVED = declare("decision.approved", "A second person approved a proposal", "outcome", "effective_at")
DECISION_REFUSED = declare("decision.refused", "A second person refused a proposal", "reason")
DECISION_WITHDRAWN = declare("decision.withdrawn", "A proposal was taken back by its proposer", "outcome")
RULE_SET = declare("rule.set", "A supervisor set a rule", "before", "after")
DECISION_EFFECTIVE = declare("decision.effective", "A decision's undo window ended", "outcome")
DECISION_UNDONE = declare("decision.undone", "A decision was undone in its window", "outcome")
DECISION_REVERSED = declare("decision.reversed", "A decision was reversed by a new one", "by")
BATCH_PLANNED = declare("batch.planned", "A batch was asked for", "counts", "list_digest")
BATCH_APPROVED = declare("batch.approved", "A batch was approved", "list_digest")
BATCH_STARTED = declare("batch.started", "A batch was started")
BATCH_CANCELLED = declare("batch.cancelled", "A batch was cancelled", "left")
BATCH_EXPORTED = declare("batch.exported", "A batch's list was taken out", "accounts", "list_digest")
BATCH_FINISHED = declare("batch.finished", "A batch came to its end", "decided")
POLICIES_INSTALLED = declare("policy.installed", "A policy was installed", "code", "version")
QUEUE_INSTALLED = declare("queue.installed", "A queue was installed", "slug")
PRECISION_REFRESHED = declare(
    "source.precision_refreshed", "A source's precision was counted anew", "agreed", "disagreed"
)
ENDPOINT_CREATED = declare("endpoint.created", "A webhook endpoint was made", "host", "events")
ENDPOINT_CHANGED = declare("endpoint.changed", "A webhook endpoint was changed", "host", "events")
ENDPOINT_ENABLED = declare("endpoint.enabled", "A webhook endpoint is told again")
ENDPOINT_DISABLED = declare("endpoint.disabled", "A webhook endpoint is told nothing more", "why")
ENDPOINT_TESTED = declare("endpoint.tested", "A test event was sent to a webhook endpoint")
ENDPOINT_REPLAYED = declare(
    "endpoint.replayed", "A webhook endpoint's failed deliveries were sent anew", "since", "deliveries"
)
SECRET_ROTATED = declare("secret.rotated", "A webhook endpoint was given a new signing secret", "old_expires_at")
DELIVERY_REPLAYED = declare("delivery.replayed", "A webhook delivery was sent anew", "event")
AWARD_GRANTED = declare("award.granted", "An organisation was entered as a trusted flagger", "award")
AWARD_CHANGED = declare("award.changed", "A trusted flagger’s award was changed", "before", "after")
AWARD_REVOKED = declare("award.revoked", "A trusted flagger’s award was revoked", "before", "after", "reason")
SOURCE_WARNED = declare("source.warned", "A source was warned of misuse", "text", "agreed", "disagreed")
SOURCE_SUSPENDED = declare("source.suspended", "A source’s flags are not processed for a time", "reason", "ends_at")
SOURCE_RESTORED = declare("source.restored", "A source’s suspension was lifted early", "reason", "ends_at")
FLOOD_BEGAN = declare("source.flood_began", "A source began to flood the queue", "began_at", "bound")
FLOOD_ENDED = declare("source.flood_ended", "A source’s flood ended")
ORDER_RECEIVED = declare("order.received", "An authority’s order was received", "kind", "authority", "deadline_at")
ORDER_ACKNOWLEDGED = declare("order.acknowledged", "Somebody confirmed that an order was received")
ORDER_ALERTED = declare("order.alerted", "Half of an order’s time had passed", "deadline_at")
ORDER_PAUSED = declare("order.paused", "An order’s clock was paused", "why", "text", "deadline_at")
ORDER_RESUMED = declare("order.resumed", "An order’s clock runs again", "paused_seconds", "deadline_at")
ORDER_ANSWERED = declare("order.answered", "An order was answered", "outcome", "answered_at")
ORDER_REOPENED = declare("order.reopened", "An order’s answer was taken back")
HOLD_EXTENDED = declare("order.hold_extended", "An order holds its account’s data for longer", "until", "reason")
VIEW_SAVED = declare("view.saved", "A view of the list of cases was saved", "title", "shared", "pinned", "params")
VIEW_CHANGED = declare("view.changed", "A saved view was changed", "title", "shared", "pinned", "params")
VIEW_DELETED = declare("view.deleted", "A saved view was deleted", "title", "shared", "pinned", "params")
