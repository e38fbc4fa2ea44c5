"""What the pages load: little, and from our own host alone."""

import gzip
from urllib.parse import urlsplit

from django.urls import reverse
from playwright.sync_api import Response

from tests.browser.person import Person
from tests.cast import Cast, a_case, a_decision

MOST_BYTES, MOST_FOR_A_CASE = 250_000, 80_000


def loaded_by(person: Person, path: str) -> tuple[set[str], dict[str, int]]:
    """By a page in a browser that has seen nothing before: from which hosts, and the bytes of each script and style,
    compressed."""
    answers: list[Response] = []
    page = person.page.context.new_page()
    page.on("response", lambda answer: answers.append(answer))
    page.goto(path, wait_until="networkidle")
    hosts = {urlsplit(answer.url).netloc for answer in answers if not answer.url.startswith("data:")}
    loaded = [answer for answer in answers if answer.request.resource_type in ("script", "stylesheet")]
    sizes = {urlsplit(answer.url).path: len(gzip.compress(answer.body())) for answer in loaded}
    page.close()
    return hosts, sizes


def test_all_scripts_and_styles_are_small_and_from_here(sign_in, cast: Cast, live_server) -> None:
    a_decision(cast.moderator)
    case = reverse("reviews:case-detail", args=[a_case().pk])
    person = sign_in(cast.supervisor)
    for path in ["/", case, "/cases/", "/statistics/", "/audit/", "/batches/"]:
        hosts, sizes = loaded_by(person, path)
        assert hosts == {urlsplit(live_server.url).netloc}
        assert {name.rpartition(".")[2] for name in sizes} == {"js", "css"}
        assert sum(sizes.values()) <= (MOST_FOR_A_CASE if path == case else MOST_BYTES), sizes
