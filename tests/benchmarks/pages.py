"""Pages: the list of cases, a case, and the next case after a decision, with `size` cases.

Ours is a request through the whole of Django in this process, as the browser makes it; there is no raw end, since what
a page says isn't rows. The list's figure is its slowest median over every order, both ways, on the first, a middle and
the last page.
"""

import statistics
import time
from collections.abc import Callable, Iterator

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.keyset import LAST, Place
from reviews.choices import CaseState
from reviews.models import Case, Claim
from reviews.rules import finding
from reviews.services import search_texts
from staff.actors import Actor
from staff.choices import CLEARANCES
from staff.models import User
from tests.benchmarks import backlog, on_screen
from tests.benchmarks.measuring import Row
from tests.cast import a_person

SAMPLES = 5
CASES = 40
WORDS = ("council", "harbour ballot", "أخبار", "storm1f", "nowhere")


def measure(size: int) -> list[Row]:
    """The figures of `pages` with `size` cases."""
    person = a_person("reader", languages=[])
    User.objects.filter(pk=person.person().pk).update(clearances=CLEARANCES)
    person.person().refresh_from_db()
    backlog.fill(size, person)
    search_texts.index_new()
    backlog.settle()
    browser = Client(SERVER_NAME="127.0.0.1")
    browser.force_login(person.person())
    _get(browser, "/cases/")  # the connection and the plans exist
    return [
        Row("case_page_ms", "ms", _case_page(browser)),
        Row("case_list_ms", "ms", max(_median(browser, path) for path in _list_addresses(size))),
        Row("case_search_ms", "ms", max(_median(browser, f"/cases/?q={words}") for words in WORDS)),
        Row("case_page_statements", "statements", _statements(browser)),
        Row("next_case_ms", "ms", _next_case(browser, person)),
        Row("next_case_on_screen_ms", "ms", on_screen.next_case_ms(a_person("at_the_screen"))),
    ]


def _list_addresses(size: int) -> Iterator[str]:
    for name, column in finding.SORTS.items():
        waiting = Case.objects.filter(state=CaseState.WAITING).order_by(column, "id")
        key, pk = waiting.values_list(column, "id")[waiting.count() // 2]
        middle = Place(is_back=False, key=key, pk=pk, number=size // 2)
        for sign in ("-", ""):
            for states in ("open", "all"):
                address = f"/cases/?state={states}&sort={sign}{name}"
                yield from (address, f"{address}&cursor={middle.encoded()}", f"{address}&cursor={LAST.encoded()}")


def _case_page(browser: Client) -> float:
    ids = Case.objects.filter(state=CaseState.WAITING).order_by("id").values_list("pk", flat=True)[:CASES]
    return statistics.median(_ms(lambda pk=pk: _get(browser, reverse("reviews:case-detail", args=[pk]))) for pk in ids)


def _statements(browser: Client) -> float:
    """The most that one of the cases took, BEGIN and COMMIT not counted."""
    counts = []
    for pk in Case.objects.filter(state=CaseState.WAITING).order_by("id").values_list("pk", flat=True)[:CASES]:
        with CaptureQueriesContext(connection) as asked:
            _get(browser, reverse("reviews:case-detail", args=[pk]))
        counts.append(len(asked))
    return max(counts)


def _next_case(browser: Client, person: Actor) -> float:
    """From the decision's arrival to the end of the next case's page: both requests that the browser makes."""
    browser.post(reverse("reviews:queue-next"))
    return statistics.median(_ms(_decision(browser, person)) for _ in range(CASES))


def _decision(browser: Client, person: Actor) -> Callable[[], None]:
    live = Claim.objects.select_related("case__policy").filter(holder=person.person(), ended_at=None)
    claim = live.latest("claimed_at")
    said = {
        "claim_token": claim.token,
        "evidence_version": claim.case.evidence_version,
        "outcome": "keep",
        "policy": claim.case.policy.code,
        "reason": "It is not so.",
    }
    address = reverse("reviews:case-decide", args=[claim.case_id])

    def decide() -> None:
        answer = browser.post(address, said)
        assert answer.status_code == 302, answer.content[:500]
        _get(browser, answer["Location"])

    return decide


def _median(browser: Client, path: str) -> float:
    return statistics.median(_ms(lambda: _get(browser, path)) for _ in range(SAMPLES))


def _get(browser: Client, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == 200, answer.content[:500]


def _ms(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - started)
