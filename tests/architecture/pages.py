"""The table of pages: who may open each, and what its form sends. A new page gets its row here."""

from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.urls import reverse

from tests.architecture.doors import Page
from tests.architecture.world import World

MODERATORS = {"moderator", "moderator2", "senior", "supervisor"}
READERS = MODERATORS | {"auditor"}
AUDITORS = {"supervisor", "auditor", "administrator"}
EVERYBODY = READERS | {"administrator"}
HOLDING = {"claim_token": "{token}"}
DECIDING = HOLDING | {
    "evidence_version": "1",
    "outcome": "keep",
    "policy": "coordinated_inauthentic_behaviour",
    "reason": "It is not so.",
    "length": "0",
}
TOGETHER = {
    "all": "1",
    "asked": "state=waiting",
    "expected_count": "1",
    "title": "From the list",
    "outcome": "keep",
    "policy": "coordinated_inauthentic_behaviour",
    "reason": "It is not so.",
}
ENDPOINT = {"url": "https://1.1.1.1/hook", "events": "case.decided"}


SUPERVISORS = {"supervisor", "administrator"}
SOURCE_READERS = SUPERVISORS | {"auditor"}
ORGANISATION = {"name": "An organisation", "kind": "research", "country": "DE"}
QUEUE = {"title": "A queue", "severity_from": "1", "severity_to": "4", "position": "1"}
PERSON = {"role": "moderator", "languages": "en", "team": "Night", "is_active": "on"}
AWARD = {
    "awarded_by": "A coordinator",
    "awarded_on": "2026-01-02",
    "policies": "coordinated_inauthentic_behaviour",
}


@dataclass(frozen=True)
class Row:
    """Who may use a page by which method. `body` is what a form sends; `held` puts the case that the moderator holds
    into the address."""

    get: set[str] | None = None
    post: set[str] | None = None
    body: dict[str, str] = field(default_factory=dict)
    held: bool = False


PAGES = {
    "language-choose": Row(post=EVERYBODY, body={"language": "ar"}),
    "reviews:queue-list": Row(get=EVERYBODY),  # who sees no queue is led on to what they may see
    "reviews:queue-next": Row(post=MODERATORS),
    "reviews:case-list": Row(get=READERS),
    "reviews:case-together": Row(get=MODERATORS, post=MODERATORS, body=TOGETHER),
    "reviews:view-save": Row(post=READERS, body={"title": "A view", "asked": "state=open"}),
    "reviews:view-detail": Row(get=READERS),
    "reviews:view-change": Row(post={"moderator", "supervisor"}, body={"title": "A view"}),  # the owner, and overseers
    "reviews:view-delete": Row(post={"moderator", "supervisor"}),
    "reviews:case-detail": Row(get=READERS),
    "reviews:case-claim": Row(post=MODERATORS),
    "reviews:case-restrict": Row(post=MODERATORS, body={"clearance": "child_safety"}),
    "reviews:case-move": Row(post=MODERATORS, body=HOLDING | {"language": "uk"}, held=True),
    "reviews:case-refresh": Row(post=MODERATORS),
    "reviews:refresh-detail": Row(get=READERS),
    "reviews:restriction-list": Row(get=READERS),
    "reviews:restriction-alerts": Row(get=MODERATORS),
    "reviews:restriction-acknowledge": Row(post=MODERATORS),
    "reviews:restriction-lift": Row(post={"supervisor"}, body={"reason": "It is a film."}),
    "reviews:case-renew": Row(post=MODERATORS, body=HOLDING, held=True),
    "reviews:case-release": Row(post=MODERATORS, body=HOLDING, held=True),
    "reviews:case-skip": Row(post=MODERATORS, body=HOLDING | {"why": "subject"}, held=True),
    "reviews:case-hold": Row(post=MODERATORS, body=HOLDING | {"reason": "Later.", "hours": "24"}, held=True),
    "reviews:case-escalate": Row(
        post=MODERATORS, body=HOLDING | {"queue": "everything", "question": "Is this satire?"}, held=True
    ),
    "reviews:case-answer": Row(post={"senior", "supervisor"}, body={"answer": "It is."}),
    "reviews:case-hand": Row(get={"supervisor"}, post={"supervisor"}, body={"to": "moderator2"}),
    "reviews:case-take-back": Row(post={"supervisor"}, held=True),
    "reviews:case-decide": Row(post=MODERATORS, body=DECIDING, held=True),
    "reviews:case-news": Row(get=READERS),
    "reviews:case-posts": Row(get=READERS),
    "reviews:case-ahead": Row(post=MODERATORS, body=HOLDING, held=True),
    "reviews:note-write": Row(post=MODERATORS, body={"note": "Look, @moderator2."}),
    "reviews:note-edit": Row(post={"moderator"}, body={"note": "Look again."}),
    "reviews:mention-open": Row(post={"supervisor"}),
    "reviews:draft-keep": Row(post=MODERATORS, body={"reason": "Half a sentence"}, held=True),
    "reviews:decision-undo": Row(post={"moderator", "senior", "supervisor"}),  # the decider, and those above
    "reviews:account-list": Row(get=READERS),
    "reviews:proposal-list": Row(get=READERS),
    "reviews:proposal-detail": Row(get=READERS),
    "reviews:proposal-approve": Row(post=MODERATORS - {"moderator2"}),  # who proposed it
    "reviews:proposal-refuse": Row(post=MODERATORS - {"moderator2"}, body={"reason": "Too little to go by."}),
    "reviews:proposal-withdraw": Row(post={"moderator2"}),
    "reviews:rule-list": Row(get={"supervisor", "auditor"}, post={"supervisor"}, body={"followers_above": "5000"}),
    "reviews:rule-humane": Row(get={"supervisor", "auditor"}, post={"supervisor"}, body={"veil_from": "3"}),
    "reviews:preference-edit": Row(get=EVERYBODY, post=EVERYBODY, body={"veil_from": "2"}),
    "reviews:lighter-begin": Row(post=MODERATORS),
    "reviews:lighter-end": Row(post=MODERATORS),
    "reviews:account-detail": Row(get=READERS),
    "reviews:queue-manage": Row(get=SUPERVISORS),
    "reviews:queue-new": Row(get=SUPERVISORS, post=SUPERVISORS, body=QUEUE),
    "reviews:queue-edit": Row(get=SUPERVISORS, post=SUPERVISORS, body=QUEUE),
    "reviews:queue-remove": Row(post=SUPERVISORS),
    "reviews:person-list": Row(get={"administrator"}),
    "reviews:person-edit": Row(get={"administrator"}, post={"administrator"}, body=PERSON),
    "reviews:batch-list": Row(get=READERS),
    "reviews:batch-new": Row(get=MODERATORS, post=MODERATORS),
    "reviews:batch-detail": Row(get=READERS),
    "reviews:batch-accounts": Row(get=READERS),
    "reviews:batch-export": Row(post=READERS),
    "reviews:batch-approve": Row(get={"supervisor"}, post={"supervisor"}),
    "reviews:batch-start": Row(get=MODERATORS, post=MODERATORS),
    "reviews:batch-cancel": Row(get=MODERATORS, post=MODERATORS),
    "reviews:batch-pause": Row(post=MODERATORS),
    "reviews:batch-resume": Row(post=MODERATORS),
    "reviews:batch-retry": Row(post=MODERATORS),
    "reviews:batch-revert": Row(get=MODERATORS, post=MODERATORS, body={"reason": "It was wrong."}),
    "reviews:order-list": Row(get={"supervisor", "auditor"}),
    "reviews:order-alerts": Row(get={"supervisor"}),
    "reviews:order-detail": Row(get={"supervisor", "auditor"}),
    "reviews:order-acknowledge": Row(post={"supervisor"}),
    "reviews:order-pause": Row(post={"supervisor"}, body={"reason": "manifest_error", "text": "It names nobody."}),
    "reviews:order-resume": Row(post={"supervisor"}),
    "reviews:order-extend": Row(post={"supervisor"}, body={"days": "30", "reason": "The authority asked."}),
    "reviews:case-threat": Row(post=MODERATORS, body={"words": "It names one of us."}),
    "reviews:threat-list": Row(get={"supervisor", "auditor"}),
    "reviews:threat-detail": Row(get={"supervisor", "auditor"}),
    "reviews:threat-acknowledge": Row(post={"supervisor"}, body={"note": "The police knows."}),
    "reviews:source-list": Row(get=SOURCE_READERS),
    "reviews:source-detail": Row(get=SOURCE_READERS),
    "reviews:source-warn": Row(post=SUPERVISORS, body={"text": "Too often wrong."}),
    "reviews:source-suspend": Row(post=SUPERVISORS, body={"days": "7", "reason": "Too often wrong."}),
    "reviews:source-restore": Row(post=SUPERVISORS, body={"reason": "It was settled."}),
    "reviews:organisation-list": Row(get=SOURCE_READERS),
    "reviews:organisation-new": Row(get=SUPERVISORS, post=SUPERVISORS, body=ORGANISATION),
    "reviews:organisation-detail": Row(get=SOURCE_READERS, post=SUPERVISORS, body=ORGANISATION),
    "reviews:award-enter": Row(post=SUPERVISORS, body=AWARD),
    "reviews:award-revoke": Row(post=SUPERVISORS, body={"reason": "It was revoked."}),
    "takedowns:platform-list": Row(get=AUDITORS),
    "takedowns:dispatch-stop": Row(post=SUPERVISORS, body={"platform": "", "reason": "Something is wrong."}),
    "takedowns:dispatch-lift": Row(post=SUPERVISORS, body={"platform": ""}),
    "reviews:webhook-list": Row(get=AUDITORS),
    "reviews:webhook-new": Row(get=SUPERVISORS, post=SUPERVISORS, body=ENDPOINT | {"client": "Cast client"}),
    "reviews:webhook-detail": Row(get=AUDITORS),
    "reviews:webhook-edit": Row(get=SUPERVISORS, post=SUPERVISORS, body=ENDPOINT),
    "reviews:webhook-rotate": Row(post=SUPERVISORS),
    "reviews:webhook-disable": Row(post=SUPERVISORS),
    "reviews:webhook-enable": Row(post=SUPERVISORS),
    "reviews:webhook-test": Row(post=SUPERVISORS),
    "reviews:webhook-replay": Row(post=SUPERVISORS, body={"hours": "24"}),
    "reviews:webhook-delivery": Row(get=AUDITORS),
    "reviews:webhook-resend": Row(post=SUPERVISORS),
    "insights:statistics-overview": Row(get=EVERYBODY),
    "insights:statistics-topic": Row(get=EVERYBODY),
    "insights:statistics-definitions": Row(get=EVERYBODY),
    "insights:statistics-definition": Row(get=EVERYBODY),
    "insights:statistics-export": Row(post=EVERYBODY),
    "insights:audit-list": Row(get=AUDITORS),
    "insights:audit-export": Row(post=AUDITORS),
}


def ask(world: World, page: Page, method: str, who: Any) -> Any:
    client = Client(raise_request_exception=False)
    if who is not None:
        client.force_login(who)
    send = client.get if method == "GET" else client.post
    return send(address_of(world, page), body_of(world, page) if method == "POST" else None)


def body_of(world: World, page: Page) -> dict[str, str]:
    return {name: value.format(token=world.token) for name, value in PAGES[page.name].body.items()}


def address_of(world: World, page: Page) -> str:
    given = world.arguments | ({"case_id": world.held.pk} if PAGES[page.name].held else {})
    if page.name == "reviews:case-answer":
        given |= {"case_id": world.asked.pk}
    if page.name.startswith("reviews:proposal-"):
        given |= {"decision_id": world.proposal.pk}
    return reverse(page.name, kwargs={name: given[name] for name in page.arguments})
