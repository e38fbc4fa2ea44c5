"""Every page, by day and by night, wide and narrow: axe-core finds nothing, and nothing scrolls sideways."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Browser

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
    orders,
    proposals,
    queueing,
    rules,
    saved_views,
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
from tests.browser.person import Person
from tests.browser.speech import latin_words
from tests.cast import Cast, a_case, a_client, a_decision, a_flag, a_policy, an_account

LOOKS = {
    "light": {"dark": False, "width": 1440, "height": 900},
    "dark": {"dark": True, "width": 1440, "height": 900},
    "phone": {"dark": False, "width": 390, "height": 844},
}
POSTS = (
    EvidencePost(external_id="1", text="City council considers a ballot measure", language="en"),
    EvidencePost(external_id="2", text="أخبار ورياضة وتكنولوجيا", language="ar"),
)


@dataclass(frozen=True)
class Stage:
    """What stands on the pages: by person, the addresses they go to; `case` is the one that the moderator has."""

    visits: dict[str, list[str]]
    case: str


@pytest.fixture
def stage(cast: Cast) -> Stage:
    Queue.objects.create(slug="everything", title="Everything")
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
        "/api/docs/",
        "/api/docs/problems/",
        "/nowhere/",
        "/sign-in/logout/",
    ]
    auditor = ["/", case, "/audit/", "/statistics/", "/statistics/definitions/"]
    supervisor = [
        proposals[1],
        "/rules/",
        *humane_pages(cast, decision.case),
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


def faults(person: Person, path: str) -> list[str]:
    """What is wrong with the page at `path`."""
    person.goto(path)
    found = [f"{path} {violation}" for violation in person.violations()]
    if wider := person.overflow():
        found.append(f"{path} is {wider} px wider than its window")
    return found


@pytest.mark.parametrize("look", LOOKS)
def test_no_page_has_a_fault(sign_in, cast: Cast, stage: Stage, look: str) -> None:
    found = []
    for username, paths in stage.visits.items():
        person = sign_in(cast.everyone[username], **LOOKS[look])
        found += [fault for path in paths for fault in faults(person, path)]
    assert found == []


def test_every_page_is_in_arabic_and_has_no_fault(sign_in, cast: Cast, stage: Stage) -> None:
    """By day and by night in turn, wide and then narrow."""
    found = []
    for username, paths in stage.visits.items():
        people.choose_language(cast.everyone[username], language="ar")
        person = sign_in(cast.everyone[username])
        for number, path in enumerate(paths):
            person.page.emulate_media(color_scheme=("light", "dark")[number % 2])
            person.page.set_viewport_size({"width": 1440, "height": 900})
            found += faults(person, path)
            found += [f"{path} says {words}" for words in latin_words(person.page)]
            person.page.set_viewport_size({"width": 390, "height": 844})
            if wider := person.overflow():
                found.append(f"{path} is {wider} px wider than a phone")
    assert found == []


@pytest.mark.parametrize("look", LOOKS)
def test_what_opens_on_a_page_has_no_fault(sign_in, cast: Cast, stage: Stage, look: str) -> None:
    person = sign_in(cast.moderator, **LOOKS[look])
    person.goto(stage.case)
    person.press("1", "s", "v")
    found = person.violations()
    person.press("Shift+?")
    found += person.violations()
    person.press("Escape")
    person.page.locator("[popovertarget=me]").click()
    found += person.violations()
    person.page.locator("[data-dialog=settings]").first.click()
    found += person.violations()
    assert found == []


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("key", ["x", "h", "e", "Shift+T"])
def test_what_asks_on_the_way_out_of_a_case_has_no_fault(sign_in, cast: Cast, stage: Stage, look: str, key: str):
    person = sign_in(cast.moderator, **LOOKS[look])
    person.goto(stage.case)
    person.press(key)
    assert (person.page.locator("dialog[open]").count(), person.violations(), person.overflow()) == (1, [], 0)


@pytest.mark.parametrize("look", LOOKS)
def test_what_opens_on_an_endpoints_page_has_no_fault(sign_in, cast: Cast, stage: Stage, look: str) -> None:
    person = sign_in(cast.administrator, **LOOKS[look])
    person.goto(stage.visits["administrator"][3])
    found = []
    for name in ("rotate", "disable"):
        person.page.locator(f"[data-dialog={name}]").click()
        found += person.violations()
        person.press("Escape")
    person.page.locator("[data-dialog=rotate]").click()
    person.page.locator("#rotate [type=submit].btn-main").click()
    person.page.locator("#secret").wait_for()
    assert found + person.violations() == []
    assert person.page.input_value("#secret").startswith("whsec_")


@pytest.mark.parametrize("look", LOOKS)
def test_the_sign_in_pages_have_no_fault(chromium: Browser, live_server, look: str) -> None:
    size = {"width": LOOKS[look]["width"], "height": LOOKS[look]["height"]}
    scheme = "dark" if LOOKS[look]["dark"] else "light"
    context = chromium.new_context(base_url=live_server.url, viewport=size, color_scheme=scheme)
    person = Person(context.new_page())
    assert faults(person, "/sign-in/login/") == []
    person.page.fill("#id_login", "nobody")
    person.page.fill("#id_password", "wrong")
    person.press("Enter")
    person.page.get_by_role("alert").wait_for()
    assert person.violations() == []
    assert faults(person, "/sign-in/inactive/") + faults(person, "/sign-in/signup/") == []
    context.close()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_case_fits_one_screen(sign_in, cast: Cast, stage: Stage, language: str) -> None:
    people.choose_language(cast.moderator, language=language)
    person = sign_in(cast.moderator)
    person.goto(stage.case)
    assert person.page.evaluate("document.documentElement.scrollHeight") <= 900
