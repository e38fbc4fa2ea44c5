"""What was sent becomes facts: one reading for the API and for import files."""

import hashlib
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from accounts.services.accounts import AccountFacts
from accounts.shapes import AccountIn, PostIn
from common import clock, limits
from common.clock import in_utc
from common.errors import Invalid
from common.texts import composed
from reviews.rules import orders
from reviews.services.facts import EvidencePost, FlagFacts, LegalBasis
from reviews.shapes import MOST_AUTHORITY, FlagIn, LegalBasisIn

_canonical = msgspec.json.Encoder(order="sorted")


def flag_facts(sent: FlagIn) -> FlagFacts:
    """The flag as the services take it. Raises Invalid naming a time that is out of range."""
    return FlagFacts(
        account=_flagged(account_facts(sent.account, sent.platform, sent.account.external_id, within="account.")),
        policy=sent.policy,
        reason=composed(sent.reason),
        flagged_at=_instant(sent.flagged_at, "flagged_at"),
        reporter=sent.reporter,
        legal_basis=_legal_basis(sent.legal_basis) if sent.legal_basis else None,
        posts=tuple(_post(post, index) for index, post in enumerate(sent.posts)),
        client_reference=sent.client_reference,
        source_kind=sent.source_kind,
        body_digest=digest(sent),
    )


def account_facts(sent: AccountIn, platform: str, external_id: str, *, within: str = "") -> AccountFacts:
    """What was said of the account `external_id` on `platform` (a slug). Raises Invalid naming a day that is out of
    range, by its path `within` what was sent."""
    return AccountFacts(
        platform=platform,
        external_id=external_id,
        handle=sent.handle,
        display_name=sent.display_name,
        bio=sent.bio,
        url=sent.url,
        language=sent.language,
        country=sent.country,
        followers=sent.followers,
        following=sent.following,
        posts=sent.posts,
        created_on=clock.known_day(sent.created_on, f"{within}created_on"),
        protected_class=sent.protected_class,
    )


def _flagged(account: AccountFacts) -> AccountFacts:
    """What a flag may say of its account: that it is protected, never that it isn't any more. Whoever flags an account
    would else choose who may suspend it."""
    return account if account.protected_class else replace(account, protected_class=None)


def digest(sent: FlagIn) -> str:
    """The SHA-256 of what the body says, hexadecimal. Two bodies that differ only in the order of their keys, in
    white space, or in saying what would be taken anyway, are the same body."""
    return digest_of(_canonical.encode(sent))


def digest_of(body: bytes) -> str:
    """The SHA-256 of a canonical body, hexadecimal."""
    return hashlib.sha256(body).hexdigest()


def _legal_basis(sent: LegalBasisIn) -> LegalBasis:
    deadline = _instant(sent.deadline, "legal_basis.deadline", ahead=limits.FURTHEST)
    stated = _instant(sent.received_at, "legal_basis.received_at")
    received_at = stated or clock.now()
    state = sent.member_state or ""
    for name, text in orders.faults(sent.kind, state, deadline, received_at, is_stated=stated is not None):
        raise Invalid(f"legal_basis.{name}: {text}.", fields={f"legal_basis.{name}": text})
    return LegalBasis(
        order_id=sent.order_id,
        authority=_authority(sent.authority),
        deadline=orders.deadline_of(sent.kind, deadline, received_at),
        kind=sent.kind,
        member_state=state,
        received_at=received_at,
    )


def _authority(sent: str) -> str:
    """In composed form. Raises Invalid for a text that fits as it was sent, but not as it is stored."""
    stored = composed(sent)
    if len(stored) > MOST_AUTHORITY:
        text = f"longer than {MOST_AUTHORITY} characters in composed form (NFC)"
        raise Invalid(f"legal_basis.authority: {text}.", fields={"legal_basis.authority": text})
    return stored


def _post(sent: PostIn, index: int) -> EvidencePost:
    return EvidencePost(
        external_id=sent.external_id,
        text=sent.text,
        language=sent.language,
        posted_at=sent.posted_at and _instant(sent.posted_at, f"posts[{index}].posted_at"),
        url=sent.url,
        media=tuple({"url": medium.url, "type": medium.type, "hash": medium.hash} for medium in sent.media),
    )


def _instant(moment: datetime | None, field: str, *, ahead: timedelta = limits.CLOCK_SKEW) -> datetime | None:
    """The instant with offset UTC. Raises Invalid naming `field` for one that nobody can mean."""
    if moment is None:
        return None
    if not limits.EARLIEST <= moment <= clock.now() + ahead:
        text = f"lies before {limits.EARLIEST:%Y-%m-%d} or too far in the future; check your clock and the offset"
        raise Invalid(f"{field}: {text}.", fields={field: text})
    return in_utc(moment, field)
