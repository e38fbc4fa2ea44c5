"""The first story of the release: ten cases by keyboard, carried out by a real worker on the simulated platform."""

from pathlib import Path

import pytest

from staff.actors import Actor
from tests.browser.person import Person
from tests.cast import Cast, a_case, a_platform, an_account
from tests.faults.running import eventually, running

UNDO_SECONDS = 4
SUSPENDED = [f"story:{number}" for number in range(1, 7)]
KEPT = [f"story:{number}" for number in range(7, 11)]
UNDONE = "story:11"


@pytest.fixture
def cases(cast: Cast) -> None:
    """Eleven cases; the higher the number the fewer followers, so they are served in this order."""
    for number, external_id in enumerate([*SUSPENDED, *KEPT, UNDONE]):
        a_case(an_account(external_id, handle=external_id.replace(":", "_"), followers=10 ** (11 - number)))


def decide(person: Person, key: str) -> None:
    """The common case: policy, outcome, Enter."""
    person.press("1", key)
    person.press_and_move("Enter")


def the_auditor_reads(auditor: Person, who: Actor) -> None:
    name = who.person().pseudonym
    auditor.goto("/audit/")
    auditor.page.get_by_role("link", name="decisions", exact=True).click()
    auditor.page.wait_for_load_state()
    told = auditor.page.inner_text("main")
    assert told.count(f"{name} decided: suspend") == len(SUSPENDED) + 1
    assert told.count(f"{name} decided: keep") == len(KEPT)
    assert told.count(f"{name} undid the decision to suspend") == 1


def test_ten_cases_by_keyboard(sign_in, cases, cast: Cast, tmp_path: Path, settings) -> None:
    settings.CASELOAD = settings.CASELOAD | {"UNDO_SECONDS": UNDO_SECONDS}
    with running(tmp_path, undo_seconds=UNDO_SECONDS) as processes:
        platform = a_platform()
        platform.url = processes.simulator.url
        platform.save(update_fields=["url"])
        moderator = sign_in(cast.moderator)
        moderator.press_and_move("n")
        for _ in SUSPENDED:
            decide(moderator, "s")
        for _ in KEPT:
            decide(moderator, "k")
        decide(moderator, "s")
        moderator.press("u")
        moderator.sees("waits again. Nothing was sent.")

        def state(external_id: str) -> tuple[str, int]:
            account = processes.simulator.account(external_id)
            return account["state"], account["suspensions"]

        eventually(
            lambda: all(state(external_id) == ("suspended", 1) for external_id in SUSPENDED),
            seconds=UNDO_SECONDS + 10,
            what="The six suspensions",
        )
        assert [state(external_id) for external_id in [*KEPT, UNDONE]] == [("active", 0)] * 5
        stats = moderator.page.context.new_page()
        stats.goto(f"{processes.simulator.url}/?state=suspended")
        assert [line in stats.inner_text("#account-rows") for line in SUSPENDED] == [True] * 6
    the_auditor_reads(sign_in(cast.auditor), cast.moderator)
