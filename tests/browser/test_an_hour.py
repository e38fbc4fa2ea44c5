"""A moderator's hour, by keyboard alone: forty cases with everything that comes between."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import cycle

import pytest
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import expect

from common import clock
from reviews.choices import CaseState, DecisionState, SkipReason
from reviews.models import Case, Claim, Decision, Escalation, Queue, Skip
from reviews.services import claims, decisions
from staff.services import people
from tests.browser.person import Person
from tests.cast import Cast, a_case, a_policy, a_verdict, an_account

CASES = 40
SKIPPED = {3: "1", 11: "2", 19: "3", 27: "4"}  # the how manieth case that is served: the key of the reason
WHY = list(SkipReason)[: len(SKIPPED)]
HELD, ASKED, LOST, UNDONE, RELOADED = {6, 22}, 9, 14, 17, 25
QUESTION, ANSWER = "Is this satire?", "No: it is meant."


@pytest.fixture
def cases(cast: Cast) -> list[Case]:
    """Forty cases, whichever is served first."""
    a_policy(ladder=[30, 90, 0])
    a_policy("impersonation", title="Impersonation", position=1)
    Queue.objects.create(slug="hard", title="Hard ones")
    return [a_case(an_account(f"hour:{number}", handle=f"hour_{number}")) for number in range(CASES)]


class Hour:
    """The moderator before their cases, and what they have done with each."""

    def __init__(self, person: Person, cast: Cast, senior: Person) -> None:
        self.person, self.cast, self.senior = person, cast, senior
        self.decided: dict[str, str] = {}
        self.outcomes: Iterator[str] = cycle(["suspend", "keep", "keep", "suspend", "keep"])

    @property
    def case_id(self) -> str:
        """The case that is on the screen."""
        return self.person.page.url.rstrip("/").rpartition("/")[2]

    def decide(self) -> None:
        """A policy, an outcome, on to the next; a keep is sent from within the text."""
        outcome = next(self.outcomes)
        self.decided[self.case_id] = outcome
        self.person.press("1" if outcome == "suspend" else "2", outcome[0])
        self.go_on("Enter" if outcome == "suspend" else "Control+Enter")

    def go_on(self, *keys: str) -> None:
        """Press keys, the last of which leads on to another case or home."""
        *first, last = keys
        self.person.press(*first)
        self.person.press_and_move(last)

    def write(self, text: str) -> None:
        """Type into what has the focus."""
        self.person.page.keyboard.type(text)

    def skip(self, reason: str) -> None:
        """Skip: why, in one key."""
        self.person.press("x")
        expect(self.person.page.locator("#skip")).to_be_visible()
        self.go_on(reason)

    def hold(self) -> None:
        """Keep the case for later."""
        self.person.press("h")
        self.write("A translation comes.")
        self.go_on("Tab", "Tab", "Enter")

    def ask(self) -> None:
        """Ask about the case; a senior answers at once, and the case comes back first."""
        asked = self.case_id
        self.person.press("e")
        self.write(QUESTION)
        self.go_on("Tab", "Tab", "Enter")
        between = self.case_id
        self.senior.goto(reverse("reviews:case-detail", args=[asked]))
        self.senior.press("r")
        self.senior.page.keyboard.type(ANSWER)
        self.senior.press("Tab")
        self.senior.press("Enter")
        expect(self.senior.page.locator("#answer")).to_have_count(0)
        assert self.case_id == between
        self.decide()
        assert self.case_id == asked
        self.person.sees(ANSWER)
        self.decide()

    def lose(self) -> None:
        """While one writes, the lease runs out and somebody else decides. What was typed stays, and one goes on."""
        lost = Case.objects.get(pk=self.case_id)
        self.person.press("1", "s", "r", "Control+a")
        self.write("My own words.")
        Claim.objects.filter(case=lost).update(expires_at=clock.now() - timedelta(seconds=1))
        claim = claims.claim(self.cast.second_moderator, case_id=lost.pk)
        decisions.decide_one(self.cast.second_moderator, a_verdict(claim, "keep"))
        self.person.press("Control+Enter")
        expect(self.person.page.locator("#reason")).to_have_attribute("readonly", "")
        expect(self.person.page.locator("#reason")).to_have_value("My own words.")
        self.decided[self.case_id] = "keep"
        self.go_on("Escape", "Enter")

    def undo(self) -> None:
        """Decide, and take it back: the case is served again."""
        undone = self.case_id
        self.decide()
        del self.decided[undone]
        self.person.press("u")
        self.person.page.locator("#toast", has_text="@").wait_for()

    def reload(self) -> None:
        """Half a reason is written, the page loads anew, the other half is written."""
        case_id = self.case_id
        self.person.press("2", "k", "r", "Control+a")
        self.write("It is a parody,")
        expect(self.person.page.locator("[data-draft-status]")).not_to_be_empty(timeout=10_000)
        self.person.page.reload(wait_until="load")
        self.person.press("r", "Control+End")
        self.write(" and says so.")
        self.decided[case_id] = "keep"
        self.go_on("Control+Enter")
        assert Decision.objects.get(case=case_id).reason == "It is a parody, and says so."


def work(hour: Hour, number: int) -> None:
    """What is done with the how manieth case that is served."""
    if number in SKIPPED:
        hour.skip(SKIPPED[number])
    elif number in HELD:
        hour.hold()
    elif number == ASKED:
        hour.ask()
    elif number == LOST:
        hour.lose()
    elif number == UNDONE:
        hour.undo()
    elif number == RELOADED:
        hour.reload()
    else:
        hour.decide()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_an_hour_of_forty_cases(sign_in, cases: list[Case], cast: Cast, language: str) -> None:
    people.choose_language(cast.moderator, language=language)
    hour = Hour(sign_in(cast.moderator), cast, sign_in(cast.senior))
    if language == "ar":
        hour.person.take_an_arabic_keyboard()
    hour.go_on("n")
    for number in range(CASES):
        work(hour, number)
    for _ in HELD:
        hour.go_on("h")
        hour.decide()
    hour.person.press("n")
    with translation.override(language):
        hour.person.sees(translation.gettext("Nothing waits in your queues."))
    standing = Decision.objects.exclude(state=DecisionState.UNDONE)
    assert {str(row.case_id): row.outcome for row in standing} == hour.decided
    assert Decision.objects.filter(state=DecisionState.UNDONE).count() == 1
    assert sorted(Skip.objects.values_list("why", flat=True)) == sorted(WHY)
    waiting = set(Case.objects.filter(state=CaseState.WAITING).values_list("pk", flat=True))
    assert waiting == set(Skip.objects.values_list("case", flat=True))
    assert (len(hour.decided), len(waiting)) == (CASES - len(SKIPPED), len(SKIPPED))
    assert Escalation.objects.get().answer == ANSWER
