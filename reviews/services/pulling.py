"""Pulling: what users report on a platform becomes flags here, through the same intake as everybody's.

The order of things, for each page of reports:
1. The row is taken for a while, and the platform asked outside any transaction.
2. One transaction writes the flags and where to go on from, unless another worker was faster.
A worker that dies in between has written neither. A report that is told twice has the same reference and the same body,
so it stays one flag.
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

import audit.services as audit
from accounts.selectors.platforms import get_platform
from accounts.services.accounts import AccountFacts
from accounts.services.platforms import subject
from common import clock
from common.errors import DomainError, Invalid, NotFound
from common.texts import storable
from reviews import audit_actions
from reviews.models import Policy, ReportFeed
from reviews.services import intake
from reviews.services.facts import EvidencePost, FlagFacts
from reviews.services.sent import digest_of
from staff import actors
from staff.actors import Actor
from staff.choices import Scope, SourceKind
from staff.models import ApiClient
from staff.permissions import Permission
from takedowns.connectors.reports import CannotTell, Pulled, Report, ReportedPost
from takedowns.services import fetching

GAP: Final = timedelta(seconds=30)
GAP_AFTER_ERROR: Final = timedelta(seconds=60)
LEASE: Final = timedelta(minutes=5)  # longer than a page takes; a worker that died is followed by another
PAGES_AT_ONCE: Final = 10
FEEDS_AT_ONCE: Final = 10
_MOST_HANDLE, _MOST_ID, _MOST_REASON = 200, 300, 10_000


@transaction.atomic
def start(actor: Actor, *, slug: str, policy: str, client: str) -> ReportFeed:
    """The platform's reports become flags of the API client named `client`, under the policy of that code, from now on;
    a feed that was stopped goes on where it was.

    Raises NotFound, NotAllowed; Invalid naming the field: a platform that tells no reports, a policy that isn't in
    force, a client that isn't one of users' reports. Audit: report_feed.started.
    """
    actor.require(Permission.MANAGE_PLATFORMS)
    platform = get_platform(slug)
    if not fetching.tells_reports(platform):
        raise Invalid(_("This platform's reports can't be asked for."), fields={"platform": slug})
    under = Policy.objects.filter(code=policy, is_active=True).first()
    if under is None:
        raise Invalid(_("No policy in force has this code."), fields={"policy": policy})
    whose = ApiClient.objects.filter(name=client, disabled_at=None, kind=SourceKind.USER_REPORT).first()
    if whose is None:
        raise Invalid(
            _("No API client of the kind user_report has this name: make one first (client create)."),
            fields={"client": client},
        )
    said = {"client": whose, "policy": under, "is_running": True, "take_at": clock.now(), "error": ""}
    feed, _made = ReportFeed.objects.update_or_create(platform=platform, defaults=said)
    audit.record(actor, audit_actions.FEED_STARTED, [subject(platform)], client=client, policy=policy)
    return feed


@transaction.atomic
def stop(actor: Actor, *, slug: str) -> ReportFeed:
    """The platform's reports are pulled no more. Raises NotFound, NotAllowed. Audit: report_feed.stopped."""
    actor.require(Permission.MANAGE_PLATFORMS)
    platform = get_platform(slug)
    feed = ReportFeed.objects.select_for_update().filter(platform=platform, is_running=True).first()
    if feed is None:
        raise NotFound(_("No reports are pulled from this platform."))
    feed.is_running = False
    feed.save(update_fields=["is_running"])
    audit.record(actor, audit_actions.FEED_STOPPED, [subject(platform)])
    return feed


def pull_due() -> int:
    """Sweep: platforms that are due are asked for their reports. Returns how many new flags came of them.

    Audit: flag.received and case.opened, as for every flag.
    """
    return sum(_pull(feed) for feed in _take())


@transaction.atomic
def _take() -> list[ReportFeed]:
    now = clock.now()
    due = ReportFeed.objects.filter(is_running=True, take_at__lte=now, client__disabled_at=None)
    due = due.select_related("platform")
    feeds = list(due.select_for_update(skip_locked=True, of=("self",)).order_by("take_at")[:FEEDS_AT_ONCE])
    ReportFeed.objects.filter(pk__in=[feed.pk for feed in feeds]).update(take_at=now + LEASE)
    return feeds


def _pull(feed: ReportFeed) -> int:
    count, cursor = 0, feed.cursor
    for _number in range(PAGES_AT_ONCE):
        try:
            pulled = fetching.fetch_reports(feed.platform, cursor)
            count += _store(feed.pk, cursor, pulled)
        except (CannotTell, DomainError) as refusal:
            _put_off(feed.pk, refusal)
            return count
        cursor = pulled.cursor
        if pulled.is_last:
            break
    return count


@transaction.atomic
def _store(feed_id: UUID, asked_from: str, pulled: Pulled) -> int:
    """Raises Invalid when what was told can't be taken: then the place stays where it was, and nothing is lost."""
    feed = (
        ReportFeed.objects.select_for_update(of=("self",))
        .select_related("platform", "policy", "client")
        .get(pk=feed_id)
    )
    if feed.cursor != asked_from or not feed.is_running:
        return 0
    flags = [_flag(feed, report) for report in pulled.reports if _is_id(report.external_id)]
    answers = intake.submit(actors.client(feed.client, [Scope.FLAGS_WRITE]), flags) if flags else []
    for answer in answers:
        if isinstance(answer.error, Invalid):
            raise answer.error
    now = clock.now()
    feed.cursor, feed.pulled_at, feed.error = pulled.cursor, now, ""
    feed.take_at = now + (GAP if pulled.is_last else timedelta())
    feed.save(update_fields=["cursor", "pulled_at", "error", "take_at"])
    return sum(answer.is_new for answer in answers)


def _put_off(feed_id: UUID, refusal: CannotTell | DomainError) -> None:
    why = refusal.why if isinstance(refusal, CannotTell) else refusal.message
    asked = refusal.retry_after_seconds if isinstance(refusal, CannotTell) else 0.0
    at = clock.now() + max(GAP_AFTER_ERROR, timedelta(seconds=asked))
    ReportFeed.objects.filter(pk=feed_id).update(error=why[:500], take_at=at)


def _is_id(external_id: str) -> bool:
    """Whether an id can be stored as it is: a shortened or mended one would be somebody else's."""
    return 0 < len(external_id) <= _MOST_ID and storable(external_id) == external_id


def _flag(feed: ReportFeed, report: Report) -> FlagFacts:
    """The report as its sender would have flagged it. Who reported stands as a pseudonym that stays the same."""
    slug, now = feed.platform.slug, clock.now()
    external_id, reason = report.external_id, storable(report.reason)[:_MOST_REASON]
    reporter = salted_hmac(f"reporter on {slug}", storable(report.reporter), algorithm="sha256")
    return FlagFacts(
        account=AccountFacts(
            platform=slug,
            external_id=external_id,
            handle=storable(report.handle)[:_MOST_HANDLE] or external_id[:_MOST_HANDLE],
        ),
        policy=feed.policy.code,
        reason=reason,
        flagged_at=min(report.reported_at, now),
        reporter=reporter.hexdigest()[:32],
        posts=tuple(_evidence(post, now) for post in report.posts if _is_id(post.external_id)),
        client_reference=f"{slug}:{report.id}",
        body_digest=digest_of(msgspec.json.encode([report.id, external_id, reason])),
    )


def _evidence(post: ReportedPost, now: datetime) -> EvidencePost:
    return EvidencePost(
        external_id=post.external_id,
        text=storable(post.text)[:_MOST_REASON],
        posted_at=post.posted_at and min(post.posted_at, now),
        url=storable(post.url),
    )
