"""How the review's words look: outcomes, states and sources as icon and word. Use: `{% load review %}`.

{% outcome decision %}            "Suspend until 8 Sep 2026", "Suspend for good", "Keep"
{% on_platform enforcement %}     how far an enforcement is, in words
{% case_state case %}             where a case is
{% due_state instant %}           how long until then, or for how long past it
{% batch_state batch %}           pill with the batch's state
{% item_outcome line %}           what came of one account of a batch
{% source_icon kind %}            the icon for who flags
{% webhook_state endpoint %}      how a webhook endpoint fares
{% delivery_state delivery %}     how far a webhook delivery is
{% attempt_outcome attempt %}     what came of one try at it
{{ kind|is_government }}          whether a kind of source is a government's
{{ needs|need_words }}            why a suspension needs a second person
{{ days|ladder_step }}            "7 days", "For good"
{{ severity|veil_words }}         from which severity on post text is hidden until asked for
{{ bounds|bounds_words }}         how many cases a day may bring, the gravest first
{{ category|category_words }}     a statement category of the EU database in words
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from common import clock
from common.presentation import duration, listed
from common.templatetags.ui import icon, state
from reviews.choices import BatchState, CaseState, DeliveryState, ItemOutcome, Need, Outcome
from reviews.models import Batch, Case, Decision, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from reviews.rules.humane import ALWAYS, NEVER
from reviews.rules.ladder import FOR_GOOD
from reviews.rules.webhooks import is_delivered
from reviews.selectors.batch_items import Line
from staff.choices import GOVERNMENTS, SourceKind
from takedowns.choices import Kind
from takedowns.choices import State as EnforcementState
from takedowns.models import Enforcement

register = template.Library()

_SOURCE_ICONS = {
    SourceKind.USER_REPORT: "person",
    SourceKind.TRUSTED_FLAGGER: "star",
    SourceKind.AUTOMATED: "detector",
    SourceKind.GOVERNMENT: "scales",
    SourceKind.GOVERNMENT_BODY: "scales",
    SourceKind.STAFF: "key",
}
_ENFORCEMENT = {
    EnforcementState.WAITING: ("", "waiting"),
    EnforcementState.SENDING: ("live", "send"),
    EnforcementState.RETRYING: ("warn", "refresh"),
    EnforcementState.UNKNOWN: ("warn", "unknown"),
    EnforcementState.APPLIED: ("good", "check"),
    EnforcementState.FAILED: ("bad", "close"),
    EnforcementState.CANCELLED: ("", "close"),
    EnforcementState.SUPERSEDED: ("", "layers"),
}
_ITEM = {
    ItemOutcome.APPLIED: ("good", "check"),
    ItemOutcome.KEPT: ("good", "check"),
    ItemOutcome.REVERTED: ("good", "undo"),
    ItemOutcome.UNDER_WAY: ("live", "send"),
    ItemOutcome.FAILED: ("bad", "close"),
    ItemOutcome.UNKNOWN: ("warn", "unknown"),
    ItemOutcome.TO_DECIDE: ("", "clock"),
    ItemOutcome.UNTOUCHED: ("", "back"),
}
_BATCH = {
    BatchState.PLANNED: ("warn", "document"),
    BatchState.APPROVED: ("good", "check"),
    BatchState.RUNNING: ("live", "send"),
    BatchState.PAUSED: ("warn", "pause"),
    BatchState.FINISHED: ("good", "check"),
    BatchState.CANCELLED: ("bad", "close"),
    BatchState.REVERTING: ("live", "undo"),
    BatchState.REVERTED: ("good", "undo"),
}

_CASE = {
    CaseState.WAITING: ("", "waiting"),
    CaseState.CLAIMED: ("live", "person"),
    CaseState.HELD: ("warn", "pause"),
    CaseState.ESCALATED: ("warn", "up"),
    CaseState.SECOND_LOOK: ("warn", "eye"),
    CaseState.DECIDED: ("good", "check"),
    CaseState.CLOSED: ("", "close"),
}
_SOON = timedelta(hours=1)

_DELIVERY = {
    DeliveryState.PENDING: ("", "waiting"),
    DeliveryState.DELIVERED: ("good", "check"),
    DeliveryState.FAILED: ("warn", "refresh"),
    DeliveryState.EXHAUSTED: ("bad", "close"),
}

# the categories of the EU database, as `category_words` makes them of their codes
CATEGORIES = [
    gettext_noop("Animal welfare"),
    gettext_noop("Consumer information"),
    gettext_noop("Cyber violence"),
    gettext_noop("Cyber violence against women"),
    gettext_noop("Data protection and privacy violations"),
    gettext_noop("Illegal or harmful speech"),
    gettext_noop("Intellectual property infringements"),
    gettext_noop("Negative effects on civic discourse or elections"),
    gettext_noop("Non consensual behaviour"),
    gettext_noop("Other violation"),
    gettext_noop("Pornography or sexualized content"),
    gettext_noop("Protection of minors"),
    gettext_noop("Risk for public security"),
    gettext_noop("Scams and fraud"),
    gettext_noop("Scope of platform service"),
    gettext_noop("Self harm"),
    gettext_noop("Unsafe and illegal products"),
    gettext_noop("Violence"),
]


@register.simple_tag
def outcome(decision: Decision) -> SafeString:
    """A decision's outcome, and until when."""
    if decision.outcome == Outcome.KEEP:
        return state(_("Keep"), "good", "check")
    if decision.until is None:
        return state(_("Suspend for good"), "bad", "suspend")
    until = date_format(decision.until, "j M Y")
    return state(_("Suspend until %(until)s") % {"until": until}, "bad", "suspend")


@register.simple_tag
def on_platform(enforcement: Enforcement | None) -> SafeString:
    """How far an enforcement is. None: nothing was to be sent."""
    if enforcement is None:
        return state(_("nothing to send"), "", "check")
    tone, glyph = _ENFORCEMENT[EnforcementState(enforcement.state)]
    return state(_words(enforcement), tone, glyph)


def _words(enforcement: Enforcement) -> str:
    kind = _("suspension") if enforcement.kind == Kind.SUSPEND else _("reinstatement")
    if enforcement.applied_at:
        return _("%(kind)s applied %(at)s") % {"kind": kind, "at": date_format(enforcement.applied_at, "H:i:s")}
    if enforcement.state == EnforcementState.RETRYING:
        return _("trying again, %(tries)s so far") % {"tries": enforcement.attempts}
    if enforcement.state == EnforcementState.UNKNOWN:
        return _("unknown: asking the platform")
    return f"{kind} {enforcement.get_state_display().lower()}"


@register.simple_tag
def case_state(case: Case) -> SafeString:
    """Where a case is, whoever holds it."""
    tone, glyph = _CASE[CaseState(case.state)]
    return state(case.get_state_display(), tone, glyph)


@register.simple_tag
def due_state(due_at: datetime) -> SafeString:
    """How long until a case is past its time, or for how long it has been: worded, not only red."""
    left = due_at - clock.now()
    if left < timedelta(0):
        return state(_("%(time)s past") % {"time": duration(-left)}, "bad", "warning")
    words = _("%(time)s left") % {"time": duration(left)}
    return state(words, "warn", "clock") if left < _SOON else format_html("{}", words)


@register.simple_tag
def batch_state(batch: Batch) -> SafeString:
    """A batch's state as a pill."""
    tone, glyph = _BATCH.get(BatchState(batch.state), ("", "info"))
    return state(batch.get_state_display(), tone, glyph, pill=True)


@register.simple_tag
def item_outcome(line: Line) -> SafeString:
    """What came of one account of a batch; why, where it is left out."""
    tone, glyph = _ITEM.get(line.outcome, ("", "info"))
    if line.outcome == ItemOutcome.LEFT_OUT:
        left_out = _("Left out:")
        return state(f"{left_out} {line.item.get_left_out_display().lower()}", "", "info")
    return state(str(line.outcome.label), tone, glyph)


@register.simple_tag
def webhook_state(endpoint: WebhookEndpoint) -> SafeString:
    """How a webhook endpoint fares."""
    if not endpoint.is_active:
        return state(_("Disabled"), "bad", "close")
    return state(_("Failing"), "warn", "warning") if endpoint.failures else state(_("Active"), "good", "check")


@register.simple_tag
def attempt_outcome(attempt: WebhookAttempt) -> SafeString:
    """What came of one try: the status, that nobody answered, or that nothing is known of it."""
    if attempt.status_code is not None:
        tone, glyph = ("good", "check") if is_delivered(attempt.status_code) else ("bad", "close")
        return state(str(attempt.status_code), tone, glyph)
    if attempt.finished_at is None:
        return state(_("Being sent, or cut off"), "", "unknown")
    return state(_("No answer"), "bad", "close")


@register.simple_tag
def delivery_state(delivery: WebhookDelivery) -> SafeString:
    """How far a webhook delivery is."""
    tone, glyph = _DELIVERY[DeliveryState(delivery.state)]
    return state(delivery.get_state_display(), tone, glyph)


@register.simple_tag
def source_icon(kind: str) -> SafeString:
    """The icon for a kind of source."""
    return icon(_SOURCE_ICONS.get(SourceKind(kind), "flag"))


@register.filter
def need_words(needs: Iterable[str]) -> str:
    """Why a suspension needs a second person, in words."""
    words = [str(Need(need).label) for need in needs]
    return listed([words[0], *(word[0].lower() + word[1:] for word in words[1:])]) if words else ""


@register.filter
def is_government(kind: str) -> bool:
    """Whether a kind of source is a government's: marked wherever its flags are shown."""
    return kind in GOVERNMENTS


@register.filter
def ladder_step(days: int) -> str:
    """A step of the ladder in words."""
    return _("For good") if days == FOR_GOOD else ngettext("%(n)s day", "%(n)s days", days) % {"n": days}


@register.filter
def category_words(category: str) -> str:
    """A statement category of the EU database in words: "STATEMENT_CATEGORY_X_Y" → "X y"; `_TC` is its short form of
    "terms and conditions"."""
    words = category.removeprefix("STATEMENT_CATEGORY_").removesuffix("_TC").replace("_", " ").capitalize()
    said = _(words) if words else ""
    return _("%(words)s of the terms") % {"words": said} if category.endswith("_TC") else said


@register.filter
def veil_words(veil_from: int) -> str:
    """From which severity on post text is hidden until asked for."""
    if veil_from == ALWAYS:
        return _("Always")
    return _("Never") if veil_from == NEVER else _("From severity %(severity)s on") % {"severity": veil_from}


@register.filter
def bounds_words(bounds: tuple[int | None, ...]) -> str:
    """How many cases a day may bring, by severity, the gravest first."""
    return listed(_("any") if most is None else f"{most:,}" for most in reversed(bounds))
