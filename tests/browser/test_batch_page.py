"""A batch's page while it runs: progress moves, it is steered, and the tab is closed and opened again in between."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from common import clock
from reviews.choices import BatchState, ItemState
from reviews.models import Batch
from reviews.services import batches, running
from reviews.services.batches import Plan
from takedowns.models import Enforcement, HeldWave
from tests.browser.person import Person
from tests.cast import Cast, a_policy, an_account
from tests.takedowns.builders import in_state

LOOKS = {
    "light": {"dark": False, "width": 1440, "height": 900},
    "dark": {"dark": True, "width": 1440, "height": 900},
    "phone": {"dark": False, "width": 390, "height": 844},
}
SOON = 8000  # milliseconds: a page asks anew each second


def a_run(cast: Cast, count: int) -> Batch:
    """A batch of the moderator's that has decided on `count` accounts; nothing has left."""
    accounts = [("simulator", an_account(handle=f"ring_{number}").external_id) for number in range(count)]
    plan = Plan(
        title="Wave 3",
        outcome="suspend",
        policy=a_policy().code,
        reason="It is so.",
        expected_count=count,
        accounts=accounts,
    )
    batch = batches.start(cast.moderator, batch_id=batches.plan(cast.moderator, plan).pk)
    running.run(batch.pk)
    return batch


def send(wave: str, count: int, state: str = "applied", error: str = "") -> None:
    """The next `count` of the wave that wait have come to `state`."""
    for row in Enforcement.objects.filter(wave=wave, state__in=["waiting", "retrying"]).order_by("pk")[:count]:
        in_state(row, state)
        Enforcement.objects.filter(pk=row.pk).update(error=error, finished_at=clock.now())


def state_of(batch: Batch) -> str:
    return str(Batch.objects.get(pk=batch.pk).state)


def open_page(person: Person, batch: Batch) -> None:
    person.goto(reverse("reviews:batch-detail", args=[batch.pk]))


def press(person: Person, name: str) -> None:
    """A press of the button or link of this name; then the pointer goes out of the way."""
    person.page.locator("#main").get_by_text(name, exact=False).first.click()
    person.page.wait_for_load_state()
    person.page.mouse.move(0, 0)


def applied(person: Person, count: int, of: int) -> None:
    """The page comes to say so by itself."""
    words = person.page.locator("#batch .panel-body > .row").first
    expect(words).to_contain_text(f"{count} of {of} applied", timeout=SOON)


def test_a_batch_is_run_paused_retried_and_reverted(sign_in, cast: Cast) -> None:
    batch = a_run(cast, 6)
    person = sign_in(cast.moderator)
    open_page(person, batch)
    applied(person, 0, 6)
    send(batch.wave, 2)
    applied(person, 2, 6)
    press(person, "Pause")
    person.sees("Paused")
    assert (state_of(batch), HeldWave.objects.get().wave) == (BatchState.PAUSED, batch.wave)

    person.page.close()  # the tab is closed, and the work goes on
    person.page = person.page.context.new_page()
    open_page(person, batch)
    applied(person, 2, 6)
    press(person, "Go on")
    assert (state_of(batch), HeldWave.objects.count()) == (BatchState.RUNNING, 0)
    send(batch.wave, 3)
    send(batch.wave, 1, "failed", "410 Gone: account deleted by its owner")
    running.run(batch.pk)
    applied(person, 5, 6)
    expect(person.page.locator("#batch")).to_contain_text("410 Gone: account deleted by its owner", timeout=SOON)

    press(person, "Retry the 1 failed")
    running.run(batch.pk)
    send(batch.wave, 1)
    running.run(batch.pk)
    applied(person, 6, 6)
    assert state_of(batch) == BatchState.FINISHED

    expect(person.page.get_by_role("link", name="Revert…")).to_be_visible(timeout=SOON)
    press(person, "Revert…")
    person.page.locator("[name=reason]").fill("The signal was wrong.")
    person.page.locator("[name=only]").fill(f"simulator/{batch.items.get(position=1).external_id}")
    person.page.get_by_role("button", name="Revert").click()
    running.run(batch.pk)
    expect(person.page.locator("#batch")).to_contain_text("The reinstatements", timeout=SOON)
    applied(person, 0, 1)
    send(batch.revert_wave, 1)
    running.run(batch.pk)
    applied(person, 1, 1)
    assert state_of(batch) == BatchState.REVERTED


def test_a_batch_is_cancelled_and_the_list_says_which(sign_in, cast: Cast) -> None:
    batch = a_run(cast, 4)
    send(batch.wave, 1)
    person = sign_in(cast.moderator)
    open_page(person, batch)
    press(person, "Cancel…")
    person.sees("The 1 that are applied stay applied.")
    press(person, "Yes, cancel 3")
    person.sees("Cancelled. Nothing more leaves")
    running.run(batch.pk)
    expect(person.page.locator("#batch")).to_contain_text("1 are applied, 3 were never touched", timeout=SOON)
    assert batch.items.filter(state=ItemState.CANCELLED).count() == 3
    press(person, "See the list")
    assert person.page.locator("tbody .state").all_inner_texts() == ["Applied", "Untouched", "Untouched", "Untouched"]


@pytest.mark.parametrize("look", LOOKS)
def test_no_state_of_the_page_has_a_fault(sign_in, cast: Cast, look: str) -> None:
    batch = a_run(cast, 5)
    for state in ("applied", "failed", "unknown", "retrying"):
        send(batch.wave, 1, state, "503: busy")
    person = sign_in(cast.moderator, **LOOKS[look])
    found = []
    for address in ("", "pause", "cancel", "accounts"):
        if address == "pause":
            person.page.locator("#batch-head .btn-main").click()
        else:
            person.goto(reverse(f"reviews:batch-{address or 'detail'}", args=[batch.pk]))
        found += person.violations()
        assert person.overflow() == 0, address
        person.goto(reverse("reviews:batch-detail", args=[batch.pk]))
    batches_done = Batch.objects.get(pk=batch.pk)
    assert (found, batches_done.state) == ([], BatchState.PAUSED)
