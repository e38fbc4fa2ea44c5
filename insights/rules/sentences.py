"""What an entry of the log says in words: who did what, and what it rested on."""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

_OUTCOME_TONE: Final = {"suspend": "suspend", "keep": "keep"}
# action → icon, and what follows the name of who did it
_PHRASES: Final[dict[str, tuple[str, str]]] = {
    "account.written": ("person", _("wrote the account’s facts")),
    "audit.exported": ("download", _("exported {entries} entries of the log")),
    "award.changed": ("shield-check", _("corrected a trusted flagger’s award")),
    "award.granted": ("shield-check", _("entered an organisation as a trusted flagger")),
    "award.revoked": ("close", _("revoked a trusted flagger’s award")),
    "batch.approved": ("check", _("approved the batch")),
    "batch.cancelled": ("close", _("cancelled the batch")),
    "batch.exported": ("download", _("took out the batch's list: {accounts} accounts")),
    "batch.finished": ("layers", _("came to the end of the batch: {decided} decided")),
    "batch.paused": ("pause", _("paused the batch")),
    "batch.resumed": ("active", _("had the batch go on")),
    "batch.retried": ("refresh", _("had {failed} failed ones of the batch tried again")),
    "batch.revert_asked": ("undo", _("asked that {accounts} accounts of the batch are reverted")),
    "batch.reverted": ("undo", _("came to the end of reverting the batch: {reversed} reversed")),
    "batch.planned": ("layers", _("asked for a batch")),
    "batch.started": ("active", _("started the batch")),
    "case.answered": ("check", _("answered a question about the case")),
    "case.escalated": ("up", _("asked a question about the case")),
    "case.handed_over": ("person", _("handed the case to {after}")),
    "case.held": ("pause", _("kept the case for later")),
    "case.hold_ended": ("clock", _("ended the hold: {why}")),
    "case.taken_back": ("back", _("took the case back from {before}")),
    "case.claim_expired": ("clock", _("ended the claim of {holder}, which had run out")),
    "case.claim_renewed": ("refresh", _("renewed the claim")),
    "case.claimed": ("person", _("claimed the case")),
    "case.closed": ("close", _("closed the case: {why}")),
    "case.opened": ("document", _("opened the case")),
    "case.moved": ("arrow-next", _("moved the case: {after}")),
    "case.refresh_asked": ("refresh", _("had the platform asked about the account")),
    "case.refreshed": ("refresh", _("was told by the platform: {standing}")),
    "case.released": ("back", _("gave the case back")),
    "case.reopened": ("undo", _("reopened the case: {why}")),
    "case.restricted": ("eye-off", _("restricted the account’s material: {clearance}")),
    "restriction.acknowledged": ("check", _("answers for the restriction: {clearance}")),
    "restriction.lifted": ("undo", _("lifted the restriction: {clearance}")),
    "restriction.mailed": ("send", _("mailed the duty contact about {restrictions} restrictions")),
    "case.skipped": ("skip", _("passed the case over: {why}")),
    "case.viewed": ("eye", _("looked at the case")),
    "client.changed": ("key", _("changed whom an API client belongs to, or its terms")),
    "client.created": ("key", _("made the API client {name}")),
    "decision.effective": ("check", _("made the decision effective: {outcome}")),
    "decision.approved": ("check", _("approved the proposal: {outcome}")),
    "decision.proposed": ("scales", _("proposed to a second person: {outcome}")),
    "decision.refused": ("close", _("refused the proposal")),
    "decision.withdrawn": ("undo", _("took the proposal back")),
    "rule.set": ("scales", _("set a rule")),
    "decision.made": ("scales", _("decided: {outcome}")),
    "decision.reversed": ("undo", _("reversed the decision")),
    "decision.undone": ("undo", _("undid the decision to {outcome}")),
    "definition.published": ("document", _("published the definition of {name}, version {version}")),
    "delivery.replayed": ("refresh", _("had a webhook delivery sent anew: {event}")),
    "endpoint.changed": ("send", _("changed the webhook endpoint at {host}")),
    "report_feed.started": ("flag", _("has the platform’s reports pulled in as flags of {client}")),
    "report_feed.stopped": ("flag", _("stopped pulling in the platform’s reports")),
    "endpoint.created": ("send", _("made a webhook endpoint at {host}")),
    "endpoint.disabled": ("close", _("disabled the webhook endpoint: {why}")),
    "endpoint.enabled": ("active", _("enabled the webhook endpoint")),
    "endpoint.replayed": ("refresh", _("had {deliveries} failed webhook deliveries sent anew")),
    "endpoint.tested": ("send", _("sent a test to the webhook endpoint")),
    "enforcement.applied": ("send", _("applied the {kind} on the platform")),
    "enforcement.became_unknown": ("unknown", _("sent the {kind} and heard nothing")),
    "enforcement.cancelled": ("close", _("took the {kind} back before it left")),
    "enforcement.failed": ("warning", _("was refused for good by the platform: the {kind}")),
    "enforcement.handed_out": ("send", _("handed the {kind} out to be done by hand")),
    "enforcement.requested": ("send", _("put a {kind} into the ledger")),
    "enforcement.retried": ("refresh", _("had the failed {kind} tried again")),
    "enforcement.retrying": ("refresh", _("did not get through with the {kind}, and tries again")),
    "enforcement.settled": ("check", _("said what became of the unknown {kind}")),
    "enforcement.carried": ("layers", _("left the {kind} to an equal one that was on its way")),
    "enforcement.superseded": ("layers", _("replaced the {kind}, which had not left, by a newer decision")),
    "flag.received": ("flag", _("flagged the account for {policy}")),
    "flag.withdrawn": ("flag", _("took the flag back")),
    "import.started": ("download", _("started to import {what} from {file}")),
    "import.finished": ("download", _("imported {accepted} {what} from {file}")),
    "key.created": ("key", _("made the key {prefix}")),
    "key.revoked": ("key", _("revoked the key {prefix}")),
    "organisation.changed": ("person", _("changed an organisation’s facts")),
    "organisation.created": ("person", _("entered the organisation {name}")),
    "person.created": ("person", _("was given an account as {role}")),
    "person.password_set": ("key", _("set a password")),
    "person.language_chosen": ("person", _("chose the language of the pages")),
    "person.role_changed": ("person", _("changed a role from {before} to {after}")),
    "person.sign_in_failed": ("warning", _("failed to sign in as {username}")),
    "person.signed_in": ("person", _("signed in")),
    "person.signed_out": ("sign-out", _("signed out")),
    "platform.created": ("layers", _("added the platform {slug}")),
    "dispatch.stopped": ("warning", _("stopped takedowns")),
    "dispatch.resumed": ("refresh", _("let takedowns go on")),
    "platform.changed": ("layers", _("changed a platform")),
    "policy.installed": ("document", _("installed the policy {code}, version {version}")),
    "queue.installed": ("layers", _("installed the queue {slug}")),
    "secret.rotated": ("key", _("gave the webhook endpoint a new signing secret")),
    "source.flood_began": ("warning", _("found that a source floods: more than {bound} flags within an hour")),
    "source.flood_ended": ("check", _("found that a source’s flood has ended")),
    "source.precision_refreshed": ("scales", _("counted a source’s precision anew")),
    "source.restored": ("check", _("lifted a source’s suspension")),
    "source.suspended": ("suspend", _("suspended the processing of a source’s flags until {ends_at}")),
    "source.warned": ("warning", _("warned a source of misuse")),
    "statistic.exported": ("download", _("exported the statistic {name}")),
    "statistics.rebuilt": ("refresh", _("counted the statistics anew")),
    "threat.acknowledged": ("check", _("saw to the threat against staff")),
    "threat.raised": ("warning", _("raised a threat against staff")),
    "threat.told": ("send", _("wrote to the security contact about the threat")),
    "topic.defined": ("document", _("defined the topic {title}")),
    "topic.tallied": ("layers", _("sent {cells} tallies of the topic")),
    "wave.held": ("pause", _("held a batch back: nothing of it leaves for its platforms")),
    "wave.let_go": ("active", _("let what is due of a batch leave again")),
    "topic.tracked": ("person", _("tracked {accounts} accounts for the topic")),
}
# what the small print tells at once, each by its name; all the rest stands under "Details"
_NOTED: Final = {
    "policy": _("policy"),
    "until": _("until"),
    "queue": _("queue"),
    "reason": _("reason"),
    "note": _("note"),
    "error": _("error"),
    "source_kind": _("source kind"),
    "state": _("state"),
    "counts": _("counts"),
    "acts_for": _("acts for"),
    "scopes": _("scopes"),
}
# what we ourselves write into an entry, in words; what anybody else wrote stays as it is
_WORDS: Final[dict[str, dict[str, str]]] = {
    "kind": {"suspend": _("suspension"), "reinstate": _("reinstatement")},
    "outcome": {"suspend": _("suspend"), "keep": _("keep")},
    "clearance": {"child_safety": _("abuse of children"), "threat_to_life": _("threats to life")},
    "standing": {
        "active": _("active"),
        "suspended": _("suspended"),
        "no_account": _("there is no such account"),
        "unclear": _("nothing clear"),
    },
    "why": {
        known: known
        for known in (
            _("enough new sources"),
            _("decision undone"),
            _("all flags withdrawn"),
            _("Disabled by hand."),
            _("The receiver answered 410 Gone."),
            _("The receiver has answered nothing well for 5 days."),
        )
    },
}


@dataclass(frozen=True)
class Sentence:
    """In words: what follows the name of who acted, the small print, and the tone: suspend, keep or "".

    `pieces` are (words, whether the entry says them): a page keeps what the entry says apart from the words around it.
    """

    icon: str
    pieces: list[tuple[str, bool]]
    note: list[tuple[str, str]]
    tone: str

    @property
    def text(self) -> str:
        """The sentence in one."""
        return "".join(words for words, _is_said in self.pieces)


def sentence(action: str, meaning: str, detail: Mapping[str, Any]) -> Sentence:
    """The sentence of an entry. An action without a phrase of its own is told by its meaning."""
    icon, phrase = _PHRASES.get(action, ("info", ""))
    phrase = gettext(phrase) if phrase else _lowered(gettext(meaning))
    told = {name: _plain(value) for name, value in detail.items()}
    pieces, used = _pieces(phrase, {name: _in_words(name, value) for name, value in told.items()})
    noted = [(gettext(words), told.get(name, "")) for name, words in _NOTED.items() if name not in used]
    tone = _OUTCOME_TONE.get(str(detail.get("outcome") or detail.get("kind") or ""), "")
    return Sentence(icon, pieces, [(name, value) for name, value in noted if value], tone)


def _pieces(phrase: str, words: Mapping[str, str]) -> tuple[list[tuple[str, bool]], set[str]]:
    """The phrase with its gaps filled, and which were: what an entry doesn't tell is left out."""
    pieces, used = list[tuple[str, bool]](), set[str]()
    for before, name, _spec, _conversion in Formatter().parse(phrase):
        pieces.append((before, False))
        if name is not None and name in words:
            used.add(name)
            pieces.append((words[name], True))
    found = [piece for piece in pieces if piece[0]]
    if found and not found[-1][1]:  # nothing follows the colon
        found[-1] = (found[-1][0].rstrip(": "), False)
    return found, used


def _in_words(name: str, value: str) -> str:
    """A value of ours in the reader's language."""
    known = _WORDS.get(name, {}).get(value)
    return gettext(known) if known else value


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
