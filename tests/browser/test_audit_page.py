"""The audit page on a phone: entries first, the search one tap away."""

from playwright.sync_api import expect

from tests.cast import Cast, a_case


def test_on_a_phone_entries_come_first_and_the_search_is_one_tap_away(sign_in, cast: Cast) -> None:
    for _ in range(10):
        a_case()
    person = sign_in(cast.auditor, width=390, height=844)
    person.goto("/audit/")
    entry, search = person.page.locator(".event").first, person.page.locator("#account")
    expect(entry).to_be_in_viewport()
    expect(search).not_to_be_in_viewport()
    person.page.get_by_role("link", name="Search").click()
    expect(search).to_be_in_viewport()


def test_beside_the_entries_the_search_needs_no_link(sign_in, cast: Cast) -> None:
    person = sign_in(cast.auditor)
    person.goto("/audit/")
    expect(person.page.locator("#account")).to_be_in_viewport()
    expect(person.page.get_by_role("link", name="Search")).to_be_hidden()
