"""What an entry of the log says in words: who did what, and what it rested on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

_OUTCOME_TONE: Final = {"suspend": "suspend", "keep": "keep"}
# action → icon, and what follows the name of who did it
_PHRASES: Final[dict[str, tuple[str, str]]] = {
    "account.written": ("person", "wrote the account’s facts"),
    "audit.exported": ("download", "exported {entries} entries of the log"),
    "award.changed": ("shield-check", "corrected a trusted flagger’s award"),
    "award.granted": ("shield-check", "entered an organisation as a trusted flagger"),
    "award.revoked": ("close", "revoked a trusted flagger’s award"),
    "batch.approved": ("check", "approved the batch"),
    "batch.cancelled": ("close", "cancelled the batch"),
    "batch.exported": ("download", "took out the batch's list: {accounts} accounts"),
    "batch.finished": ("layers", "came to the end of the batch: {decided} decided"),
    "batch.planned": ("layers", "asked for a batch"),
    "batch.started": ("active", "started the batch"),
    "case.answered": ("check", "answered a question about the case"),
    "case.escalated": ("up", "asked a question about the case"),
    "case.handed_over": ("person", "handed the case to {after}"),
    "case.held": ("pause", "kept the case for later"),
    "case.hold_ended": ("clock", "ended the hold: {why}"),
    "case.taken_back": ("back", "took the case back from {before}"),
    "case.claim_expired": ("clock", "ended the claim of {holder}, which had run out"),
    "case.claim_renewed": ("refresh", "renewed the claim"),
    "case.claimed": ("person", "claimed the case"),
    "case.closed": ("close", "closed the case: {why}"),
    "case.opened": ("document", "opened the case"),
    "case.released": ("back", "gave the case back"),
    "case.reopened": ("undo", "reopened the case: {why}"),
    "case.skipped": ("skip", "passed the case over: {why}"),
    "case.viewed": ("eye", "looked at the case"),
    "client.changed": ("key", "changed whom an API client belongs to, or its terms"),
    "client.created": ("key", "made the API client {name}"),
    "decision.effective": ("check", "made the decision effective: {outcome}"),
    "decision.approved": ("check", "approved the proposal: {outcome}"),
    "decision.proposed": ("scales", "proposed to a second person: {outcome}"),
    "decision.refused": ("close", "refused the proposal"),
    "decision.withdrawn": ("undo", "took the proposal back"),
    "rule.set": ("scales", "set a rule"),
    "decision.made": ("scales", "decided: {outcome}"),
    "decision.reversed": ("undo", "reversed the decision"),
    "decision.undone": ("undo", "undid the decision to {outcome}"),
    "definition.published": ("document", "published the definition of {name}, version {version}"),
    "delivery.replayed": ("refresh", "had a webhook delivery sent anew: {event}"),
    "endpoint.changed": ("send", "changed the webhook endpoint at {host}"),
    "endpoint.created": ("send", "made a webhook endpoint at {host}"),
    "endpoint.disabled": ("close", "disabled the webhook endpoint: {why}"),
    "endpoint.enabled": ("active", "enabled the webhook endpoint"),
    "endpoint.replayed": ("refresh", "had {deliveries} failed webhook deliveries sent anew"),
    "endpoint.tested": ("send", "sent a test to the webhook endpoint"),
    "enforcement.applied": ("send", "applied the {kind} on the platform"),
    "enforcement.became_unknown": ("unknown", "sent the {kind} and heard nothing"),
    "enforcement.cancelled": ("close", "took the {kind} back before it left"),
    "enforcement.failed": ("warning", "was refused for good by the platform: the {kind}"),
    "enforcement.requested": ("send", "put a {kind} into the ledger"),
    "enforcement.retried": ("refresh", "had the failed {kind} tried again"),
    "enforcement.retrying": ("refresh", "did not get through with the {kind}, and tries again"),
    "enforcement.settled": ("check", "said what became of the unknown {kind}"),
    "enforcement.carried": ("layers", "left the {kind} to an equal one that was on its way"),
    "enforcement.superseded": ("layers", "replaced the {kind}, which had not left, by a newer decision"),
    "flag.received": ("flag", "flagged the account for {policy}"),
    "flag.withdrawn": ("flag", "took the flag back"),
    "import.started": ("download", "started to import {what} from {file}"),
    "import.finished": ("download", "imported {accepted} {what} from {file}"),
    "key.created": ("key", "made the key {prefix}"),
    "key.revoked": ("key", "revoked the key {prefix}"),
    "organisation.changed": ("person", "changed an organisation’s facts"),
    "organisation.created": ("person", "entered the organisation {name}"),
    "person.created": ("person", "was given an account as {role}"),
    "person.password_set": ("key", "set a password"),
    "person.language_chosen": ("person", "chose the language of the pages"),
    "person.role_changed": ("person", "changed a role from {before} to {after}"),
    "person.sign_in_failed": ("warning", "failed to sign in as {username}"),
    "person.signed_in": ("person", "signed in"),
    "person.signed_out": ("sign-out", "signed out"),
    "platform.created": ("layers", "added the platform {slug}"),
    "platform.moved": ("layers", "changed a platform’s address"),
    "policy.installed": ("document", "installed the policy {code}, version {version}"),
    "queue.installed": ("layers", "installed the queue {slug}"),
    "secret.rotated": ("key", "gave the webhook endpoint a new signing secret"),
    "source.flood_began": ("warning", "found that a source floods: more than {bound} flags within an hour"),
    "source.flood_ended": ("check", "found that a source’s flood has ended"),
    "source.precision_refreshed": ("scales", "counted a source’s precision anew"),
    "source.restored": ("check", "lifted a source’s suspension"),
    "source.suspended": ("suspend", "suspended the processing of a source’s flags until {ends_at}"),
    "source.warned": ("warning", "warned a source of misuse"),
    "statistic.exported": ("download", "exported the statistic {name}"),
    "statistics.rebuilt": ("refresh", "counted the statistics anew"),
    "topic.defined": ("document", "defined the topic {title}"),
    "topic.tallied": ("layers", "sent {cells} tallies of the topic"),
    "topic.tracked": ("person", "tracked {accounts} accounts for the topic"),
}
# what the small print tells at once; all the rest stands under "Details"
_NOTED: Final = frozenset(
    {"policy", "until", "queue", "reason", "error", "source_kind", "state", "counts", "acts_for", "scopes"}
)
_NOUNS: Final = {"suspend": "suspension", "reinstate": "reinstatement"}


@dataclass(frozen=True)
class Sentence:
    """In words: `text` follows the name of who acted, `note` is the small print, `tone` suspend, keep or ""."""

    icon: str
    text: str
    note: str
    tone: str


def sentence(action: str, meaning: str, detail: Mapping[str, Any]) -> Sentence:
    """The sentence of an entry. An action without a phrase of its own is told by its meaning."""
    icon, phrase = _PHRASES.get(action, ("info", _lowered(meaning)))
    told = {name: _plain(value) for name, value in detail.items()}
    words = told | {"kind": _NOUNS.get(told.get("kind", ""), "")}
    text = phrase.format_map(_Gaps(words)).rstrip(": ")
    used = {name for name in told if f"{{{name}}}" in phrase}
    rest = [f"{name.replace('_', ' ')}: {value}" for name, value in told.items() if value and _shown(name, used)]
    tone = _OUTCOME_TONE.get(str(detail.get("outcome") or detail.get("kind") or ""), "")
    return Sentence(icon, text, " · ".join(rest), tone)


class _Gaps(dict[str, str]):
    """What an entry doesn't tell is left out of its sentence."""

    def __missing__(self, key: str) -> str:
        return ""


def _shown(name: str, used: set[str]) -> bool:
    return name in _NOTED and name not in used


def details(detail: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Everything that an entry tells, as (name in words, value in words)."""
    return [(name.replace("_", " "), _plain(value)) for name, value in detail.items() if value not in (None, "")]


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    if isinstance(value, dict):
        return ", ".join(f"{key} {_plain(one)}" for key, one in value.items() if one not in (None, "", {}))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _lowered(meaning: str) -> str:
    return f"{meaning[:1].lower()}{meaning[1:]}"
