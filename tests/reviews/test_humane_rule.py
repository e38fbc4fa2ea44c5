"""Whether a post is hidden until asked for: the rule, and what a person chose. No database."""

import pytest

from reviews.rules.humane import ALWAYS, NEVER, HumaneRule, Preferences, break_minutes, is_veiled, preferences_of


@pytest.mark.parametrize(
    ("set_for_all", "chosen", "veiled"),
    [
        (ALWAYS, None, [1, 2, 3, 4]),
        (3, None, [3, 4]),
        (NEVER, None, []),
        (3, ALWAYS, [1, 2, 3, 4]),  # more than is set
        (ALWAYS, NEVER, []),  # and less
        (ALWAYS, 4, [4]),
    ],
)
def test_a_persons_choice_goes_before_the_rule(set_for_all: int, chosen: int | None, veiled: list[int]) -> None:
    rule, preferences = HumaneRule(veil_from=set_for_all), Preferences(veil_from=chosen)
    assert [severity for severity in (1, 2, 3, 4) if is_veiled(rule, preferences, severity)] == veiled


def test_names_of_others_are_passed_over() -> None:
    assert preferences_of({"blur": 3, "something": "else"}) == Preferences(blur=3)


@pytest.mark.parametrize(
    ("set_for_all", "chosen", "minutes"),
    [(None, None, None), (50, None, 50), (50, 20, 20), (50, 90, 50), (None, 30, 30)],
)
def test_a_break_may_come_sooner_than_is_set_and_not_later(
    set_for_all: int | None, chosen: int | None, minutes: int | None
) -> None:
    assert break_minutes(set_for_all, chosen) == minutes
