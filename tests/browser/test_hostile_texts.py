"""Texts that want to break out, act or hide, in every field that takes words: stored as sent, and shown as words."""

import json
import unicodedata
from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Account, Post
from common import clock
from reviews.choices import SUBSCRIBABLE
from reviews.models import Case, Flag, LegalOrder, Queue, WebhookAttempt, WebhookDelivery
from reviews.services import batches, misuse, orders
from reviews.services.batches import Plan
from reviews.services.facts import EvidencePost
from reviews.services.webhooks import endpoints
from staff.actors import operator
from staff.choices import SourceKind
from staff.models import ApiClient
from staff.services import organisations
from staff.services.organisations import OrganisationFacts
from tests.browser.person import Person
from tests.cast import Cast, a_client, a_decision, a_flag, a_platform, a_policy

HOSTILE = {
    "sql": "'); DROP TABLE reviews_flag; --",
    "html": "<img src=x onerror=\"window.broken=1\"><script>window.broken=1</script>{{ 7|add:7 }}{% now 'Y' %}",
    "attribute": '" onmouseover="window.broken=1" x=\'',
    "emoji": "👩‍🔬🏴‍☠️𝔘𝔫𝔦 😈",
    "control": "bell\x07escape\x1b[31mred\x08\x85",
    "override": "invoice\u202egnp.exe\u2066hidden\u2069",
    "arabic": "أخبار (123) ورياضة abc",
    "zero width": "ban\u200bned wo\u2060rd\ufeff",
    "combining": "z" + "\u0335\u0321\u0353" * 8 + "algo a\u0301",
}
UNSEEN = "\x07\x08\x1b\x85\u202e\u2066\u2069\u200b\u2060\ufeff"


def sent(name: str, text: str) -> dict[str, object]:
    """A flag with `text` in each field that takes words, and what an address may hold of it in each that is one."""
    address = "https://x.io/" + "".join(text.split())
    post = {
        "external_id": f"p:{text}",
        "text": text,
        "url": address,
        "media": [{"url": address, "type": text[:100], "hash": text}],
    }
    return {
        "platform": "simulator",
        "account": {
            "external_id": f"hostile:{name}:{text}",
            "handle": text,
            "display_name": text,
            "bio": text,
            "url": address,
            "followers": 5,
        },
        "policy": a_policy().code,
        "reason": text,
        "reporter": text,
        "client_reference": f"{name}:{text}",
        "legal_basis": {"order_id": text, "authority": text, "deadline": "2030-01-01T00:00:00Z"},
        "posts": [post],
    }


@pytest.fixture
def hostile(cast: Cast) -> dict[str, Flag]:
    """One stored flag for each text, sent over the API."""
    a_platform()
    Queue.objects.create(slug="everything", title="Everything")
    endpoints.create(
        operator(), client="Cast client", url="https://1.1.1.1/", events=[event.value for event in SUBSCRIBABLE]
    )
    api = Client(headers={"Authorization": f"Bearer {cast.key}"})
    flags = {}
    for name, text in HOSTILE.items():
        answer = api.post("/api/v1/flags", json.dumps(sent(name, text)), content_type="application/json")
        assert answer.status_code == 201, answer.content
        flags[name] = Flag.objects.get(pk=answer.json()["id"])
    return flags


def test_each_text_is_stored_as_it_was_sent(db, hostile: dict[str, Flag]) -> None:
    for name, text in HOSTILE.items():
        composed, flag = unicodedata.normalize("NFC", text), hostile[name]
        account, post = Account.objects.get(pk=flag.account_id), Post.objects.get(account=flag.account_id)
        assert (account.handle, account.display_name, account.bio) == (composed, composed, composed)
        assert (flag.reason, post.text, flag.legal_order.authority) == (composed, composed, composed)
        as_sent = (
            account.external_id,
            post.external_id,
            flag.client_reference,
            flag.reporter,
            flag.legal_order.order_id,
        )
        assert as_sent == (f"hostile:{name}:{text}", f"p:{text}", f"{name}:{text}", text, text)
        assert (post.media[0]["type"], post.media[0]["hash"]) == (text[:100], text)


@pytest.mark.parametrize("width", [1440, 390])
def test_each_text_is_shown_safely_on_every_page(sign_in, cast: Cast, hostile: dict[str, Flag], width: int) -> None:
    person = sign_in(cast.supervisor, dark=width < 1000, width=width)
    found = []
    for name, flag in hostile.items():
        found += whats_wrong(person, reverse("reviews:case-detail", args=[flag.case_id]), HOSTILE[name], must_show=True)
        found += whats_wrong(person, reverse("reviews:account-detail", args=[flag.account_id]), HOSTILE[name])
    assert found == [], "\n".join(found)


def test_orders_are_shown_safely(sign_in, cast: Cast, hostile: dict[str, Flag]) -> None:
    LegalOrder.objects.update(alerted_at=clock.now())  # so that an alert to each stands on every page
    person, found = sign_in(cast.supervisor), []
    for name, flag in hostile.items():
        text, order = HOSTILE[name], flag.legal_order
        orders.pause(cast.supervisor, order_id=order.pk, reason="manifest_error", text=text)
        page = reverse("reviews:order-detail", args=[order.pk])
        found += whats_wrong(person, page, text, must_show=True, audit=False)
    found += whats_wrong(person, "/orders/", "", shows=list(HOSTILE.values()))
    assert found == [], "\n".join(found)


def test_what_receivers_are_told_and_answer_is_shown_safely(sign_in, cast: Cast, hostile: dict[str, Flag]) -> None:
    person, found = sign_in(cast.administrator), []
    deliveries = {row.flag_id: row for row in WebhookDelivery.objects.filter(event="flag.received")}
    for name, flag in hostile.items():
        text, delivery = HOSTILE[name], deliveries[flag.pk]
        tried = {"started_at": clock.now(), "finished_at": clock.now(), "status_code": 500}
        WebhookAttempt.objects.create(delivery=delivery, number=1, error=text, answer=text, **tried)
        page = reverse("reviews:webhook-delivery", args=[delivery.pk])
        found += whats_wrong(person, page, text, must_show=True, audit=False)
    for page in ("/webhooks/", reverse("reviews:webhook-detail", args=[delivery.endpoint_id])):
        found += whats_wrong(person, page, "")
    assert found == [], "\n".join(found)


def test_sources_and_organisations_are_shown_safely(sign_in, cast: Cast, hostile: dict[str, Flag]) -> None:
    person, found = sign_in(cast.supervisor), []
    for name, text in HOSTILE.items():
        organisation = organisations.enter(cast.supervisor, OrganisationFacts(f"{name} {text}"[:120], "research", "DE"))
        sender, _ = a_client(f"{name} {text}"[:80], SourceKind.GOVERNMENT)
        ApiClient.objects.filter(pk=sender.client.pk).update(organisation=organisation, terms=text)
        flag = a_flag(sender, hostile[name].account, posts=(EvidencePost(external_id=f"p:{text}", text="t"),))
        misuse.warn(cast.supervisor, source_id=flag.source_id, text=text)
        ends_at = clock.now() + timedelta(days=7)
        misuse.suspend(cast.supervisor, source_id=flag.source_id, reason=text, ends_at=ends_at)
        shown = reverse("reviews:source-detail", args=[flag.source_id])
        found += whats_wrong(person, shown, text, must_show=True, audit=False)
        for place, pk in (("organisation", organisation.pk), ("case", flag.case_id), ("account", flag.account_id)):
            page = reverse(f"reviews:{place}-detail", args=[pk])
            found += whats_wrong(person, page, f"{name} {text}"[:80], must_show=True, audit=False)
    for page in ("/sources/", "/organisations/"):
        found += whats_wrong(person, page, "", shows=list(HOSTILE.values()), audit=False)
    assert found == [], "\n".join(found)


def test_texts_of_people_are_shown_safely_too(sign_in, cast: Cast, hostile: dict[str, Flag]) -> None:
    person = sign_in(cast.supervisor)
    found = []
    for name, flag in hostile.items():
        text = HOSTILE[name]
        a_decision(cast.moderator, "keep", Case.objects.get(pk=flag.case_id), reason=text)
        found += whats_wrong(person, reverse("reviews:case-detail", args=[flag.case_id]), text)
        found += whats_wrong(person, reverse("reviews:account-detail", args=[flag.account_id]), text)
        account = Account.objects.get(pk=flag.account_id)
        plan = Plan(
            title=text,
            outcome="suspend",
            policy=a_policy().code,
            reason=text,
            expected_count=2,
            accounts=[("simulator", account.external_id), ("simulator", f"nobody {text}")],
        )
        batch = batches.plan(cast.moderator, plan)
        for place in ("detail", "accounts"):
            found += whats_wrong(person, reverse(f"reviews:batch-{place}", args=[batch.pk]), text, must_show=True)
    texts = [text.strip() for text in HOSTILE.values()]
    found += whats_wrong(person, "/batches/", "", shows=texts) + whats_wrong(person, "/audit/", "", shows=texts[-1:])
    for path in (
        "/",
        f"/audit/?account=simulator/{HOSTILE['html']}",
        f"/audit/?q={HOSTILE['sql']}",
    ):
        found += whats_wrong(person, path, "")
    assert found == [], "\n".join(found)
    assert Case.objects.count() == len(HOSTILE)


def whats_wrong(
    person: Person, path: str, text: str, *, must_show: bool = False, shows: Sequence[str] = (), audit: bool = True
) -> list[str]:
    """What `text` did to the page at `path`, which must show it, or each of `shows`, where that is asked. `audit`:
    whether axe-core looks, too."""
    person.goto(path)
    page, wrong = person.page, []
    if page.evaluate("window.broken"):
        wrong.append(f"{path}: a script ran")
    if page.locator("img[src=x], [onmouseover], [onerror]").count():
        wrong.append(f"{path}: markup broke out")
    words = page.evaluate("document.documentElement.textContent")
    if hidden := [f"U+{ord(one):04X}" for one in UNSEEN if one in words]:
        wrong.append(f"{path}: {', '.join(hidden)} on the page")
    for one in [text] * must_show + list(shows):
        if (expected := as_shown(one)) not in unicodedata.normalize("NFC", words):
            wrong.append(f"{path}: {expected!r} isn't shown")
    if wider := person.overflow():
        wrong.append(f"{path}: {wider} px wider than its window")
    return wrong + [f"{path} {violation}" for violation in (person.violations() if audit else ())]


def as_shown(text: str) -> str:
    """`text` as a page shows it: composed, and hidden characters by their codes."""
    return "".join(f"U+{ord(one):04X}" if one in UNSEEN else one for one in unicodedata.normalize("NFC", text))
