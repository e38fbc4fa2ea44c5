"""Texts that want to break out, act or hide, in every field that takes words: stored as sent, and shown as words."""

import json
import unicodedata

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Account, Post
from reviews.models import Case, Flag, Queue
from reviews.services import batches
from reviews.services.batches import Plan
from tests.browser.person import Person
from tests.cast import Cast, a_decision, a_platform, a_policy

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
    """A flag with `text` in each field that takes words."""
    return {
        "platform": "simulator",
        "account": {
            "external_id": f"hostile:{name}:{text}",
            "handle": text,
            "display_name": text,
            "bio": text,
            "followers": 5,
        },
        "policy": a_policy().code,
        "reason": text,
        "reporter": text,
        "client_reference": f"{name}:{text}",
        "legal_basis": {"order_id": text, "authority": text, "deadline": "2030-01-01T00:00:00Z"},
        "posts": [{"external_id": f"p:{text}", "text": text}],
    }


@pytest.fixture
def hostile(cast: Cast) -> dict[str, Flag]:
    """One stored flag for each text, sent over the API."""
    a_platform()
    Queue.objects.create(slug="everything", title="Everything")
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
        assert (flag.reason, post.text) == (composed, composed)
        assert flag.legal_basis["order_id"] == text or flag.legal_basis["order_id"] == composed
        assert account.external_id == f"hostile:{name}:{text}"


@pytest.mark.parametrize("width", [1440, 390])
def test_each_text_is_shown_safely_on_every_page(sign_in, cast: Cast, hostile: dict[str, Flag], width: int) -> None:
    person = sign_in(cast.supervisor, dark=width < 1000, width=width)
    found = []
    for name, flag in hostile.items():
        found += whats_wrong(person, reverse("reviews:case-detail", args=[flag.case_id]), HOSTILE[name], must_show=True)
        found += whats_wrong(person, reverse("reviews:account-detail", args=[flag.account_id]), HOSTILE[name])
    assert found == []


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
        found += whats_wrong(person, reverse("reviews:batch-detail", args=[batch.pk]), text)
    for path in (
        "/",
        "/batches/",
        "/audit/",
        f"/audit/?account=simulator/{HOSTILE['html']}",
        f"/audit/?q={HOSTILE['sql']}",
    ):
        found += whats_wrong(person, path, "")
    assert found == []
    assert Case.objects.count() == len(HOSTILE)


def whats_wrong(person: Person, path: str, text: str, *, must_show: bool = False) -> list[str]:
    """What `text` did to the page at `path`."""
    person.goto(path)
    page, wrong = person.page, []
    if page.evaluate("window.broken"):
        wrong.append(f"{path}: a script ran")
    if page.locator("img[src=x], [onmouseover], [onerror]").count():
        wrong.append(f"{path}: markup broke out")
    words = page.evaluate("document.documentElement.textContent")
    if hidden := [f"U+{ord(one):04X}" for one in UNSEEN if one in words]:
        wrong.append(f"{path}: {', '.join(hidden)} on the page")
    expected = "".join(f"U+{ord(one):04X}" if one in UNSEEN else one for one in unicodedata.normalize("NFC", text))
    if must_show and expected not in words:
        wrong.append(f"{path}: {expected!r} isn't shown")
    if wider := person.overflow():
        wrong.append(f"{path}: {wider} px wider than its window")
    # what axe looks for doesn't follow from which text it is; every text on every page would take it two minutes
    return wrong + [f"{path} {violation}" for violation in person.violations() if text in {"", HOSTILE["override"]}]
