"""What stands on the pages when each of them is looked at."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse

from common import clock
from reviews.choices import SUBSCRIBABLE
from reviews.models import Case, LegalOrder, Queue, WebhookEndpoint
from reviews.rules.finding import Asked
from reviews.rules.humane import HumaneRule
from reviews.rules.second_person import Rule
from reviews.services import (
    awards,
    batches,
    claims,
    escalations,
    handing,
    holding,
    misuse,
    moving,
    orders,
    proposals,
    queueing,
    restricting,
    reverting,
    rules,
    running,
    saved_views,
    steering,
    threats,
)
from reviews.services.awards import AwardSaid
from reviews.services.batches import Plan
from reviews.services.facts import EvidencePost, LegalBasis
from reviews.services.queueing import QueueSaid
from reviews.services.saved_views import ViewSaid
from reviews.services.webhooks import endpoints, leasing, outcomes
from reviews.services.webhooks.outcomes import Result
from staff.actors import Actor, operator
from staff.choices import CLEARANCES, SourceKind
from staff.services import organisations, people
from staff.services.organisations import OrganisationFacts
from staff.services.people import PersonSaid
from takedowns.models import Enforcement
from takedowns.services import stopping
from tests.cast import Cast, a_case, a_client, a_decision, a_flag, a_platform, a_policy, an_account
from tests.takedowns.builders import in_state

POSTS = (
    EvidencePost(external_id="1", text="City council considers a ballot measure", language="en"),
    EvidencePost(external_id="2", text="أخبار ورياضة وتكنولوجيا", language="ar"),
)


def restricted_pages(cast: Cast) -> list[str]:
    """The supervisor is cleared for a case that was restricted, and sees its alert on every page; another was moved."""
    cast.supervisor.person().clearances = CLEARANCES
    cast.supervisor.person().save()
    case = restricting.restrict(cast.moderator, case_id=a_case(posts=POSTS).pk, clearance=CLEARANCES[0])
    moved = claims.claim(cast.second_moderator, case_id=a_case(posts=POSTS).pk)
    moving.move(cast.second_moderator, case_id=moved.case_id, token=moved.token, language="uk")
    return ["/restricted/", *(reverse("reviews:case-detail", args=[one]) for one in (case.pk, moved.case_id))]


@dataclass(frozen=True)
class Stage:
    """What stands on the pages: by person, the addresses they go to; `case` is the one that the moderator has."""

    visits: dict[str, list[str]]
    case: str


def a_stage(cast: Cast) -> Stage:
    """Everything that pages show stands, and somebody is on their way to each of them."""
    Queue.objects.get_or_create(slug="everything", defaults={"title": "Everything"})
    a_policy(ladder=[30, 90, 0], severity=3)
    held = claims.claim(cast.moderator, case_id=a_case(an_account(bio="Local news"), posts=POSTS).pk)
    waiting = a_case(an_account(language="ar", protected_class="journalist"), posts=POSTS)
    decision = a_decision(cast.moderator)
    batch = a_batch(cast.moderator)
    view = saved_views.save(cast.moderator, Asked(states=("open",)), ViewSaid(title="Local news"))
    case, account = reverse("reviews:case-detail", args=[held.case_id]), decision.account_id
    question = aside_pages(cast)
    proposals = proposal_pages(cast)
    moderator = [
        *proposals,
        "/",
        "/preferences/",
        case,
        reverse("reviews:case-detail", args=[waiting.pk]),
        reverse("reviews:case-detail", args=[decision.case_id]),
        reverse("reviews:account-detail", args=[account]),
        f"/accounts/?q={waiting.account.handle[:1]}",
        "/accounts/?q=nobody+at+all",
        "/cases/",
        "/cases/?q=city&language=ar&past_due=true&state=open",
        reverse("reviews:view-detail", args=[view.slug]),
        f"/cases/together/?outcome=suspend&case={held.case_id}&case={waiting.pk}",
        "/batches/",
        "/batches/new/",
        reverse("reviews:batch-detail", args=[batch.pk]),
        *batch_pages(cast.moderator),
        "/api/docs/",
        "/api/docs/problems/",
        "/nowhere/",
        "/sign-in/logout/",
    ]
    auditor = ["/", case, "/audit/", "/statistics/", "/statistics/definitions/"]
    supervisor = [
        proposals[1],
        "/rules/",
        "/platforms/",
        *humane_pages(cast, decision.case),
        *restricted_pages(cast),
        reverse("reviews:case-hand", args=[held.case_id]),
        *order_pages(),
        "/",
        reverse("reviews:batch-detail", args=[batch.pk]),
        *a_misused_source(cast, decision.case),
    ]
    visits = {"senior": ["/", question], "moderator": moderator, "auditor": auditor, "supervisor": supervisor}
    return Stage(visits | {"administrator": [*webhook_pages(), *managing_pages(cast)]}, case)


def managing_pages(cast: Cast) -> list[str]:
    """Queues with every filter and with none, and people with clearances and without."""
    person = cast.outsider
    said = PersonSaid(
        role=person.role, languages=["en", "ar"], team="Night", clearances=list(CLEARANCES), is_active=False
    )
    people.change(cast.administrator, person_id=person.pk, said=said)
    every = QueueSaid(
        title="Grave, old and Arabic",
        policies=[a_policy().code],
        severity_from=3,
        languages=["ar"],
        platforms=["simulator"],
        source_kinds=["government"],
        protected_classes=["", "minor"],
        follower_bands=["from_1m"],
        older_than_hours=24,
        team="Night",
        roles=["moderator"],
    )
    queue = queueing.make(cast.administrator, every)
    pages = [reverse("reviews:queue-edit", args=[queue.pk]), reverse("reviews:person-edit", args=[person.pk])]
    return ["/queues/", "/queues/new/", "/people/", *pages]


def humane_pages(cast: Cast, case: Case) -> list[str]:
    """What holds for everybody, with a bound that is reached; a threat that was seen to, and one that was not."""
    stopping.stop(cast.supervisor, a_platform("stopped"), reason="Too many at once.")
    rules.set_humane(cast.supervisor, HumaneRule(veil_from=2, bounds=(None, None, 50, 0), break_minutes=50))
    words = "It names one of us, and a street. " * 20
    seen = threats.report(cast.moderator, case_id=case.pk, words=words)
    threats.acknowledge(cast.supervisor, threat_id=seen.pk, note=words)
    new = threats.report(cast.moderator, case_id=case.pk)
    pages = [reverse("reviews:threat-detail", args=[threat.pk]) for threat in (seen, new)]
    return ["/rules/humane/", "/threats/", *pages]


def aside_pages(cast: Cast) -> str:
    """The page of a question; the moderator also holds a case for later, and one came back to them."""
    kept, asked, handed = (claims.claim(cast.moderator, case_id=a_case(posts=POSTS).pk) for _ in range(3))
    words = "A long reason without an end. " * 12
    holding.hold(cast.moderator, case_id=kept.case_id, token=kept.token, reason=words)
    said = {"queue": "everything", "question": words}
    escalations.escalate(cast.moderator, case_id=asked.case_id, token=asked.token, **said)
    handing.hand_over(cast.supervisor, case_id=handed.case_id, to="moderator")
    return reverse("reviews:case-detail", args=[asked.case_id])


def proposal_pages(cast: Cast) -> list[str]:
    """The list of proposals, one of another person's, one of the moderator's own, and one that was refused."""
    theirs = a_decision(cast.senior, case=a_case(an_account(protected_class="journalist"), posts=POSTS))
    own = a_decision(cast.moderator, case=a_case(an_account(protected_class="minor")))
    refused = a_decision(cast.moderator, case=a_case(an_account(protected_class="public_institution")))
    a_flag(None, theirs.account)
    proposals.refuse(cast.senior, decision_id=refused.pk, reason="Too little to go by. " * 20)
    rules.set_second_person(cast.supervisor, Rule(followers_above=100_000, governments_only=True))
    return ["/proposals/", *(reverse("reviews:proposal-detail", args=[row.pk]) for row in (theirs, own, refused))]


def order_pages() -> list[str]:
    """An order that is overdue and alerted to, one whose time runs, and their case."""
    sender, _ = a_client("The ministry", SourceKind.GOVERNMENT)
    journalist = an_account(protected_class="journalist")
    for order_id, minutes, account in (("A 1", -5, journalist), ("B/2026 " + "9" * 60, 40, an_account())):
        due = clock.now() + timedelta(minutes=minutes)
        a_flag(sender, account, legal_basis=LegalBasis(order_id=order_id, authority="An authority", deadline=due))
    orders.alert()
    found = LegalOrder.objects.order_by("deadline_at")
    pages = [reverse("reviews:order-detail", args=[order.pk]) for order in found]
    return ["/orders/", *pages, *(reverse("reviews:case-detail", args=[order.case_id]) for order in found)]


def webhook_pages() -> list[str]:
    """Endpoints that fare differently, and a delivery with a try at it. Nothing is sent."""
    shell = operator()
    for path in ("gone", "away", "a/rather/long/path/to/where/messages/are/taken?token=" + "x" * 80):
        row, _ = endpoints.create(
            shell, client="Cast client", url=f"https://1.1.1.1/{path}", events=[event.value for event in SUBSCRIBABLE]
        )
        delivery = endpoints.send_test(shell, endpoint_id=row.pk)
        leased = leasing.lease(row.pk, limit=1)
        answer = b"<html>" + b"Bad gateway " * 40
        outcomes.write(row.pk, [Result(each, 1234, status=502, answer=answer) for each in leased])
    first = WebhookEndpoint.objects.order_by("pk")[0]
    endpoints.disable(shell, endpoint_id=first.pk)
    endpoints.rotate(shell, endpoint_id=row.pk)
    places = [("detail", first), ("detail", row), ("edit", row), ("delivery", delivery)]
    return ["/webhooks/", "/webhooks/new/", *(reverse(f"reviews:webhook-{name}", args=[x.pk]) for name, x in places)]


def a_batch(actor: Actor):
    accounts = [("simulator", an_account().external_id), ("simulator", "nobody")]
    wanted = Plan(
        title="Wave 3",
        outcome="suspend",
        policy=a_policy().code,
        reason="It is so.",
        expected_count=2,
        accounts=accounts,
    )
    return batches.plan(actor, wanted)


def batch_pages(actor: Actor) -> list[str]:
    """The pages of a batch that is paused, with a failure, and of one that was reverted in part."""
    paused, done = a_batch(actor), a_batch(actor)
    for batch in (paused, done):
        batches.start(actor, batch_id=batch.pk)
        running.run(batch.pk)
    in_state(Enforcement.objects.get(wave=done.wave), "applied")
    running.run(done.pk)
    reverting.revert(actor, batch_id=done.pk, reason="The signal was wrong.")
    in_state(Enforcement.objects.get(wave=paused.wave), "failed")
    steering.pause(actor, batch_id=paused.pk)
    other = a_batch(actor)
    batches.start(actor, batch_id=other.pk)
    running.run(other.pk)
    in_state(Enforcement.objects.get(wave=other.wave), "applied")
    running.run(other.pk)
    names = [("detail", paused), ("accounts", paused), ("cancel", paused), ("detail", done), ("revert", other)]
    return [reverse(f"reviews:batch-{name}", args=[batch.pk]) for name, batch in names]


def a_misused_source(cast: Cast, case: Case) -> list[str]:
    """The pages of a source that was warned and suspended, of one that is neither, and of their organisation."""
    suspended, other = case.flags.get().source, a_flag().source
    organisation = organisations.enter(cast.supervisor, OrganisationFacts("A research group", "research", "DE"))
    said = {"awarded_by": "A coordinator", "awarded_on": date(2026, 1, 2), "ends_on": None, "categories": []}
    awards.enter(cast.supervisor, organisation, AwardSaid(policies=[a_policy().code], **said))
    misuse.warn(cast.supervisor, source_id=suspended.pk, text="Too often wrong.")
    misuse.warn(cast.supervisor, source_id=other.pk, text="Too often wrong.")
    ends_at = clock.now() + timedelta(days=7)
    misuse.suspend(cast.supervisor, source_id=suspended.pk, reason="It went on.", ends_at=ends_at)
    misuse.count_refused({suspended.pk: 12}, day=clock.now().date())
    pages = [reverse("reviews:source-detail", args=[source.pk]) for source in (suspended, other)]
    of_organisation = reverse("reviews:organisation-detail", args=[organisation.pk])
    return ["/sources/", *pages, "/organisations/", "/organisations/new/", of_organisation]
