"""Words sought in the list of cases, in any language, and the sweep that makes texts findable."""

import pytest
from django.db import connection, transaction

from accounts.services import posts
from common import clock
from reviews.models import Case, SearchMark, SearchText
from reviews.rules import finding
from reviews.rules.finding import Asked
from reviews.selectors import case_filters, case_list, case_search
from reviews.services import intake, search_texts
from reviews.services.facts import EvidencePost
from staff.actors import Actor
from tests.cast import Cast, a_case, a_client, a_flag, an_account, flag_facts

pytestmark = pytest.mark.django_db


def sought(actor: Actor, words: str) -> set[Case]:
    asked = finding.read({"q": [words]})
    found = case_filters.found(actor, asked, at=clock.now())
    return set(case_list.page_of(found, asked, case_list.count(found), place=None).rows)


def a_post(text: str, language: str = "en", **account: str) -> Case:
    """A case whose account posted this; it is findable."""
    case = a_case(
        an_account(language=language, **account), posts=(EvidencePost(external_id="1", text=text, language=language),)
    )
    search_texts.index_new()
    return case


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("The councils are voting", "en", "council vote"),
        ("Новости города", "ru", "новость"),
        ("Die Häuser brannten", "de", "haus"),
        ("الأخبار والرياضة", "ar", "أخبار"),
        ("كُتُبٌ جديدة، للطلاب", "ar", "كتب"),
        ("كتاب جديد، للطالب", "ar", "جديد"),
        ("Naïve café", "fr", "nai\u0308ve"),  # composed in the text, decomposed as it is sought
        ("breaking news🔥 “tonight”", "en", "news tonight"),
        ("Plain words here", "", "plain words"),
        ("TlhutlhmeylI' tIqaw", "tlh", "tlhutlhmeylI"),
    ],
)
def test_words_are_found_as_their_language_bends_them(cast: Cast, text: str, language: str, words: str) -> None:
    a_post("Something else entirely", "en")
    case = a_post(text, language)
    assert sought(cast.auditor, words) == {case}


def test_words_are_sought_as_a_person_types_them(cast: Cast) -> None:
    first = a_post("city council votes")
    second = a_post("council of the city")
    assert sought(cast.auditor, "city council") == {first, second}
    assert sought(cast.auditor, '"city council"') == {first}
    assert sought(cast.auditor, "“city council”") == {first}
    assert sought(cast.auditor, "council -votes") == {second}
    assert sought(cast.auditor, "votes or nowhere") == {first}


@pytest.mark.parametrize("words", ["'", '"', "& | !", "<->", ":*", "\\", "%", "--", "'; DROP TABLE x; --", "the"])
def test_no_words_break_the_search(cast: Cast, words: str) -> None:
    a_post("city council votes")
    assert sought(cast.auditor, words) == set()


def test_the_reason_of_a_flag_is_found_for_its_account(cast: Cast) -> None:
    case = a_case(reason="Coordinated harassment of a candidate")
    search_texts.index_new()
    assert sought(cast.auditor, "candidates") == {case}


def test_a_case_is_found_by_its_id(cast: Cast) -> None:
    a_case()
    case = a_case()
    assert sought(cast.auditor, str(case.pk)) == {case}


def test_dense_words_are_found_case_by_case(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_search, "FEW", 2)
    monkeypatch.setattr(case_search, "DENSE", 2)
    dense = {a_post(f"city {number}") for number in range(3)} | {a_case(an_account(handle="city_hall"))}
    a_post("Something else")
    found = case_filters.found(cast.auditor, Asked(words="city"), at=clock.now())
    assert found.is_dense
    assert sought(cast.auditor, "city") == dense


def test_many_texts_of_few_accounts_are_found_by_the_accounts(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_search, "FEW", 2)
    account = an_account()
    posts_of = tuple(EvidencePost(external_id=str(number), text=f"city {number}") for number in range(4))
    case = a_case(account, posts=posts_of)
    search_texts.index_new()
    assert not case_filters.found(cast.auditor, Asked(words="city"), at=clock.now()).is_dense
    assert sought(cast.auditor, "city") == {case}


def test_a_sweep_writes_each_text_once(cast: Cast) -> None:
    SearchMark.objects.all().delete()
    a_case(posts=(EvidencePost(external_id="1", text="city"), EvidencePost(external_id="2", text="")), reason="Why")
    assert search_texts.index_new() == 2
    assert search_texts.index_new() == 0
    assert SearchText.objects.count() == 2


def test_flags_without_words_leave_no_mark(cast: Cast) -> None:
    SearchMark.objects.all().delete()
    intake.submit(a_client()[0], [flag_facts(reason="") for _ in range(3)])
    assert SearchMark.objects.count() == 0


def test_a_call_leaves_a_mark_for_each_thousand_texts(cast: Cast) -> None:
    SearchMark.objects.all().delete()
    account = an_account()
    intake.submit(a_client()[0], [flag_facts(account, reason=f"So {number}") for number in range(1001)])
    assert sorted(len(mark.ids) for mark in SearchMark.objects.all()) == [1, 1000]
    assert search_texts.index_new() == 1001


def test_words_are_known_until_the_oldest_mark(cast: Cast) -> None:
    search_texts.index_new()
    at = clock.now()
    assert case_search.words_known_until(at) == at
    a_flag()
    oldest = SearchMark.objects.order_by("id")[0].marked_at
    with clock.moved(hours=1):
        assert case_search.words_known_until(clock.now()) == oldest


@pytest.mark.django_db(transaction=True)
def test_a_late_commit_is_found_after_the_next_sweep() -> None:
    late = connection.copy()
    account = an_account()
    search_texts.index_new()
    try:
        with late.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(
                "INSERT INTO accounts_post (id, account_id, external_id, text, language, kind, url, media,"
                " content_hash, captured_at)"
                " VALUES (gen_random_uuid(), %s, 'late', 'belated', 'en', '', '', '[]', '', now())",
                [account.pk],
            )
            with transaction.atomic():
                posts.capture(
                    [posts.PostFacts(account_id=account.pk, external_id="early", text="early")], at=clock.now()
                )
            assert search_texts.index_new() == 1
            cursor.execute("COMMIT")
    finally:
        late.close()
    assert search_texts.index_new() == 1
    assert SearchText.objects.count() == 2
