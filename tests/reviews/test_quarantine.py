"""Of restricted evidence not one byte leaves: every page and every call, for everybody who isn't cleared.

Each text that stands around the account holds a word of its own. Every page is asked for with the ids of just these
rows, by every role, and every call by a key with every scope, alone and for each person. A page or a call that is new
is asked for, too, since both lists come from the product.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from common import clock
from reviews.models import Case, Flag, Note, Queue, Restriction, Threat
from reviews.rules.finding import Asked
from reviews.services import (
    batches,
    claims,
    drafts,
    escalations,
    holding,
    notes,
    policies,
    refreshing,
    restricting,
    saved_views,
    threats,
)
from reviews.services.batches import Plan
from reviews.services.facts import EvidencePost, LegalBasis
from reviews.services.saved_views import ViewSaid
from reviews.services.search_texts import index_new
from reviews.services.webhooks import endpoints
from staff.actors import Actor, operator
from staff.choices import Role
from tests.architecture.doors import Page, api_calls, pages
from tests.architecture.pages import PAGES
from tests.calls import Api
from tests.cast import Cast, a_decision, a_flag, a_person, an_account

pytestmark = pytest.mark.django_db
# what was posted, claimed, linked to, written and asked: each word stands in one text alone
SECRETS = {
    "post": "zebrapost",
    "folded post": "zebrafolded",
    "media": "zebramedia",
    "reason of a flag": "zebrareason",
    "note": "zebranote",
    "earlier note": "zebraearlier",
    "draft": "zebradraft",
    "question": "zebraquestion",
    "answer": "zebraanswer",
    "hold": "zebrahold",
    "skip": "zebraskip",
    "threat": "zebrathreat",
}


@dataclass(frozen=True)
class Scene:
    """The case with all these texts, and what else an address can name."""

    case: Case
    arguments: dict[str, Any]
    cleared: Actor


@pytest.fixture
def scene(cast: Cast) -> Scene:
    policies.install_starters(operator())
    Queue.objects.create(slug="asked", title="Asked")
    flag = _flagged(cast)
    decided = a_decision(cast.second_moderator, "keep", case=_another_case(flag))
    note = _worked_on(cast, flag.case)
    plan = Plan(
        title="A batch",
        outcome="keep",
        policy=flag.policy.code,
        reason="It is not so.",
        expected_count=1,
        accounts=[("simulator", flag.account.external_id)],
    )
    batch = batches.plan(cast.moderator, plan)
    endpoint, _ = endpoints.create(
        operator(), client="Cast client", url="https://1.1.1.1/", events=["flag.received", "case.decided"]
    )
    index_new()
    refresh = refreshing.ask(cast.moderator, case_id=flag.case_id)
    restricting.restrict(cast.second_moderator, case_id=flag.case_id, clearance="child_safety")
    actor = a_person("cleared", Role.SUPERVISOR)
    actor.person().clearances = ["child_safety"]
    actor.person().save()
    return Scene(
        case=flag.case,
        cleared=actor,
        arguments={
            "case_id": flag.case_id,
            "decision_id": decided.pk,
            "batch_id": batch.pk,
            "account_id": flag.account_id,
            "flag_id": flag.pk,
            "source_id": flag.source_id,
            "order_id": flag.legal_order.pk,
            "queue_id": Queue.objects.get(slug="asked").pk,
            "person_id": cast.moderator.person().pk,
            "organisation_id": flag.case_id,
            "endpoint_id": endpoint.pk,
            "delivery_id": endpoints.send_test(operator(), endpoint_id=endpoint.pk).pk,
            "note_id": note.pk,
            "refresh_id": refresh.pk,
            "threat_id": Threat.objects.get().pk,
            "restriction_id": Restriction.objects.get().pk,
            "platform": "simulator",
            "external_id": flag.account.external_id,
            "slug": "a-topic",
            "name": "decisions",
            "view": saved_views.save(cast.moderator, Asked(), ViewSaid(title="All", is_shared=True)).slug,
        },
    )


def _flagged(cast: Cast) -> Flag:
    media = ({"url": f"https://media.example/{SECRETS['media']}.jpg", "type": "image/jpeg", "hash": "a1b2"},)
    posts = (
        EvidencePost(external_id="p1", text=f"Something about {SECRETS['post']} today", language="en", media=media),
        EvidencePost(external_id="p2", text=f"Something about {SECRETS['folded post']} today", language="en"),
    )
    basis = LegalBasis(order_id="A 1", authority="An authority", deadline=clock.now() + timedelta(hours=2))
    return a_flag(
        cast.client,
        an_account("q:1", handle="quarantined"),
        reason=SECRETS["reason of a flag"],
        posts=posts,
        legal_basis=basis,
    )


def _another_case(flag: Flag) -> Case:
    """A case of another account with the same text, to which this one is linked."""
    same = EvidencePost(external_id="t1", text="Something about other things today", language="en")
    return a_flag(account=an_account("q:2"), posts=(same,)).case


def _worked_on(cast: Cast, case: Case) -> Note:
    """The moderator skipped, held and asked; the senior answered; and the moderator has it again, with a draft."""
    claim = claims.claim(cast.moderator, case_id=case.pk)
    note = notes.write(cast.moderator, case_id=case.pk, text=f"{SECRETS['earlier note']} @supervisor")
    notes.edit(cast.moderator, note_id=note.pk, text=f"{SECRETS['note']} @supervisor @auditor")
    Case.objects.filter(pk=case.pk).update(legal_deadline_at=None)  # an order isn't held
    holding.hold(cast.moderator, case_id=case.pk, token=claim.token, reason=SECRETS["hold"])
    claim = claims.claim(cast.moderator, case_id=case.pk)
    escalations.escalate(
        cast.moderator, case_id=case.pk, token=claim.token, queue="asked", question=SECRETS["question"]
    )
    escalations.answer(cast.senior, case_id=case.pk, text=SECRETS["answer"])
    claim = claims.claim(cast.moderator, case_id=case.pk)
    threats.report(cast.moderator, case_id=case.pk, words=SECRETS["threat"])
    claims.skip(cast.moderator, case_id=case.pk, token=claim.token, reason=SECRETS["skip"])
    claim = claims.claim(cast.moderator, case_id=case.pk)
    drafts.keep(cast.moderator, case_id=case.pk, content={"reason": SECRETS["draft"], "note": SECRETS["draft"]})
    return note


QUERIES = {
    "reviews:case-list": ["", "?q=something", "?q=quarantined", "?state=waiting&state=decided", "?q=@quarantined"],
    "reviews:account-list": ["?q=quarantined", "?q=q:1"],
    "reviews:case-posts": ["?words=something", ""],
    "reviews:batch-accounts": ["", "?q=quarantined"],
    "insights:audit-list": ["", "?account=quarantined", "?action=case.", "?case={case}"],
}


def test_no_page_shows_a_byte_of_it_to_who_is_not_cleared(cast: Cast, scene: Scene) -> None:
    leaks = []
    for page in pages():
        for username, actor in cast.everyone.items():
            for method in ("GET", "POST"):
                for query in QUERIES.get(page.name, [""]) if method == "GET" else [""]:
                    body = _ask(scene, page, actor, method, query)
                    leaks += [f"{method} {page.name}{query} shows {username} the {name}" for name in _found(body)]
    assert leaks == []


def test_no_call_answers_a_byte_of_it(cast: Cast, scene: Scene) -> None:
    api, leaks = Api(cast.key), []
    for call in api_calls():
        for staff in (None, *cast.everyone):
            for query in ("", "?q=something", "?subject=case:{case_id}"):
                body = {"staff": staff} if staff and call.method != "GET" else None
                path = call.path.removeprefix("/api/v1").format(**scene.arguments) + query.format(**scene.arguments)
                with transaction.atomic():
                    answer = api.send(call.method, path, body)
                    transaction.set_rollback(True)
                leaks += [f"{call.method} {path} for {staff} tells the {name}" for name in _found(str(answer.body))]
    assert leaks == []


def test_who_is_cleared_sees_all_of_it_but_where_the_media_stand(scene: Scene) -> None:
    shown = _ask(scene, _page("reviews:case-detail"), scene.cleared, "GET", "")
    assert set(SECRETS) - set(_found(shown)) == {"media", "draft", "hold", "skip", "threat"}
    assert ("image/jpeg" in shown, "a1b2" in shown) == (True, True)


def test_the_words_of_the_log_are_shown_to_who_is_cleared(scene: Scene) -> None:
    shown = _ask(scene, _page("insights:audit-list"), scene.cleared, "GET", "?account=quarantined")
    assert {"question", "answer", "hold", "skip"} <= set(_found(shown))


def test_the_auditor_still_sees_that_it_happened(cast: Cast, scene: Scene) -> None:
    shown = _ask(scene, _page("insights:audit-list"), cast.auditor, "GET", "?account=quarantined")
    said = ("restricted the account’s material: <bdi>abuse of children</bdi>", "asked a question about the case")
    assert [words in shown for words in said] == [True, True]


def test_the_log_itself_is_not_changed_by_reading_it(cast: Cast, scene: Scene) -> None:
    _ask(scene, _page("insights:audit-export"), cast.auditor, "POST", "")
    shown = _ask(scene, _page("insights:audit-list"), scene.cleared, "GET", "?account=quarantined")
    assert "question" in _found(shown)


def test_a_note_that_cannot_be_seen_any_more_is_not_edited_either(cast: Cast, scene: Scene) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(cast.moderator.person())
    path = reverse("reviews:note-edit", args=[scene.arguments["note_id"]])
    assert client.post(path, {"note": "Something else"}, headers={"HX-Request": "true"}).status_code == 404
    assert Note.objects.get().text.startswith(SECRETS["note"])


def _page(name: str) -> Page:
    return next(page for page in pages() if page.name == name)


def _found(body: str) -> list[str]:
    return [name for name, word in SECRETS.items() if word in body]


def _ask(scene: Scene, page: Page, actor: Actor, method: str, query: str) -> str:
    """What is answered; undone afterwards."""
    client = Client(raise_request_exception=False)
    client.force_login(actor.person())
    path = reverse(page.name, kwargs={name: scene.arguments[name] for name in page.arguments})
    said = {name: value.format(token="none") for name, value in PAGES[page.name].body.items()}
    with transaction.atomic():
        if method == "GET":
            answer = client.get(path + query.format(case=scene.case.pk), follow=True)
        else:
            answer = client.post(path, said, follow=True)
        transaction.set_rollback(True)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode()
