"""The list of cases by keyboard alone: search, rows, ticks, and the dialog for what was chosen."""

import pytest
from django.urls import reverse

from reviews.models import Batch
from tests.cast import Cast, a_case, a_policy, an_account

LOOKS = {
    "light": {"dark": False, "width": 1440, "height": 900},
    "dark": {"dark": True, "width": 1440, "height": 900},
    "phone": {"dark": False, "width": 390, "height": 844},
}


def focused(person) -> str:
    return person.page.evaluate("document.activeElement.textContent")


def test_cases_are_sought_and_opened_by_keyboard(sign_in, cast: Cast) -> None:
    for number in range(3):
        case = a_case(an_account(handle=f"city_{number}", followers=10**number))
    person = sign_in(cast.auditor)
    person.goto("/cases/")
    person.press("/")
    person.page.keyboard.type("city")
    person.press_and_move("Enter")
    assert person.page.url.endswith("/cases/?q=city&state=open")
    person.press("j", "j")
    assert focused(person) == "@city_1"
    person.press("i")
    assert focused(person) == "@city_2"
    person.press_and_move("Enter")
    assert person.page.url.endswith(reverse("reviews:case-detail", args=[case.pk]))


def test_ticked_cases_go_into_a_batch_by_keyboard(sign_in, cast: Cast) -> None:
    a_policy()
    for number in range(3):
        a_case(an_account(handle=f"city_{number}", followers=10**number))
    person = sign_in(cast.moderator)
    person.goto("/cases/")
    person.press("j", "x", "j", "j", "x")
    person.sees("2 chosen")
    person.page.locator("#chosen [value=suspend]").focus()
    person.press("Enter")
    person.sees("Suspend 2 accounts together")
    dialog = person.page.locator("#together")
    assert dialog.locator("[name=expected_count]").input_value() == "2"
    dialog.locator("[name=length]").select_option("0")
    dialog.locator("[name=policy]").select_option(a_policy().code)
    dialog.locator("[name=reason]").fill("It is so.")
    person.press("Tab")
    dialog.locator(".btn-main").focus()
    person.press_and_move("Enter")
    batch = Batch.objects.get()
    assert person.page.url.endswith(reverse("reviews:batch-detail", args=[batch.pk]))
    assert sorted(item.account.handle for item in batch.items.all()) == ["city_0", "city_2"]


@pytest.mark.parametrize("look", LOOKS)
def test_what_opens_on_the_list_has_no_fault(sign_in, cast: Cast, look: str) -> None:
    a_case(an_account(protected_class="journalist"))
    a_case()
    person = sign_in(cast.moderator, **LOOKS[look])
    person.goto("/cases/")
    person.page.locator(".more-filters summary").click()
    found = person.violations()
    person.page.locator("[data-pick-all]").check()
    found += person.violations()
    person.page.locator("#chosen [value=suspend]").click()
    person.sees("1 will be left out.")
    found += person.violations()
    person.press("Escape")
    person.page.locator("[data-dialog=naming]").click()
    assert (found + person.violations(), person.overflow()) == ([], 0)
