"""The language of a page: what the person chose, else what the browser asks for; the API's answers are in English."""

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory
from django.utils import formats, translation

from moderation.languages import LanguageMiddleware
from staff.services import people
from tests.cast import Cast

ARABIC = {"HTTP_ACCEPT_LANGUAGE": "ar"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "spoken"), [("ar", "ar"), ("ar-EG,en;q=0.5", "ar"), ("de,ar;q=0.1", "ar"), ("de", "en")]
)
def test_before_sign_in_a_page_is_in_the_browsers_language(client: Client, asked: str, spoken: str) -> None:
    answer = client.get("/sign-in/login/", HTTP_ACCEPT_LANGUAGE=asked)
    assert answer.headers["Content-Language"] == spoken
    assert f'<html lang="{spoken}"' in answer.content.decode()


@pytest.mark.django_db
def test_arabic_runs_from_right_to_left(client: Client) -> None:
    assert '<html lang="ar" dir="rtl"' in " ".join(client.get("/sign-in/login/", **ARABIC).content.decode().split())


@pytest.mark.django_db
def test_what_a_person_chose_goes_before_the_browser(client: Client, cast: Cast) -> None:
    people.choose_language(cast.moderator, language="en")
    client.force_login(cast.moderator.person())
    assert client.get("/", **ARABIC).headers["Content-Language"] == "en"


@pytest.mark.django_db
def test_a_language_that_is_spoken_no_more_falls_back_to_the_browser(client: Client, cast: Cast, settings) -> None:
    people.choose_language(cast.moderator, language="ar")
    client.force_login(cast.moderator.person())
    settings.LANGUAGES = [("en", "English")]
    assert client.get("/").headers["Content-Language"] == "en"


@pytest.mark.django_db
def test_the_api_answers_in_english(client: Client, cast: Cast) -> None:
    people.choose_language(cast.moderator, language="ar")
    client.force_login(cast.moderator.person())
    assert client.get("/api/v1/cases", **ARABIC).json() == Client().get("/api/v1/cases").json()


@pytest.mark.django_db
def test_a_refusal_is_in_the_persons_language(client: Client, cast: Cast) -> None:
    people.choose_language(cast.moderator, language="ar")
    client.force_login(cast.moderator.person())
    answer = client.get("/people/", HTTP_ACCEPT_LANGUAGE="en")
    said = "لا يجوز لـ \u2068Pseudonym of moderator\u2069 ما يلي: إنشاء الأشخاص والعملاء والمفاتيح."
    assert (answer.status_code, said in answer.content.decode()) == (403, True)


def test_figures_have_a_point_and_commas_in_arabic() -> None:
    with translation.override("ar"):
        assert formats.localize(1234.5, use_l10n=True) == "1234.5"
        assert formats.number_format(1234.5, 2, force_grouping=True) == "1,234.50"


@pytest.mark.django_db
def test_a_caller_and_a_cache_are_told_that_pages_differ_by_language(client: Client) -> None:
    assert "Accept-Language" in client.get("/sign-in/login/").headers["Vary"]


def test_nobody_inherits_the_language_of_the_call_before(rf: RequestFactory) -> None:
    spoken: list[str] = []
    middleware = LanguageMiddleware(lambda request: spoken.append(translation.get_language() or "") or _Answer())
    middleware(rf.get("/", **ARABIC))
    assert (spoken, translation.get_language()) == (["ar"], "en")


def test_a_database_that_is_away_leaves_the_browsers_language(rf: RequestFactory) -> None:
    class Away:
        @property
        def page_language(self) -> str:
            raise OperationalError

    request = rf.get("/", **ARABIC)
    request.user = Away()
    assert LanguageMiddleware(lambda request: _Answer())(request).headers["Content-Language"] == "ar"


class _Answer:
    """What a view answers, as far as the middleware looks at it."""

    def __init__(self) -> None:
        self.headers: dict[str, str] = {}

    def has_header(self, name: str) -> bool:
        return name in self.headers


@pytest.mark.django_db
def test_a_form_of_another_sign_in_is_refused_on_a_page_of_ours() -> None:
    answer = Client(enforce_csrf_checks=True).post("/sign-in/login/", {"login": "moderator", "password": "none"})
    assert (answer.status_code, answer.templates[0].name) == (403, "errors/400.html")
    assert "Your sign-in has changed since this page was loaded." in answer.content.decode()
