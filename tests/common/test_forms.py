"""Faults of forms: each says what to do, and which field it is where it stands apart from it."""

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

from common.forms import GuidingForm

DAYS = [(7, "7 days"), (30, "30 days")]


class Everything(GuidingForm):
    title = forms.CharField(max_length=5)
    amount = forms.IntegerField(label="How many? 100 %", min_value=1, max_value=9)
    day = forms.DateField()
    length = forms.TypedChoiceField(choices=DAYS, coerce=int)
    events = forms.MultipleChoiceField(choices=DAYS)
    accounts = forms.FileField()
    outcome = forms.CharField(error_messages={"required": "Suspend or keep?"})


def test_what_is_empty_is_named_with_what_to_do() -> None:
    assert Everything({}).faults == {
        "title": "Title: Fill this in.",
        "amount": "How many? 100 %: Give a number.",
        "day": "Day: Give a day.",
        "length": "Length: Choose one.",
        "events": "Events: Tick one at least.",
        "accounts": "Accounts: Choose a file.",
        "outcome": "Outcome: Suspend or keep?",
    }


@pytest.mark.parametrize(
    ("field", "given", "said"),
    [
        ("title", "sixsix", "Shorten this to 5 characters: it has 6."),
        ("title", "a\0b", "Take the NUL character out."),
        ("amount", "x", "Give a whole number, in digits."),
        ("amount", "0", "Give 1 or more."),
        ("amount", "10", "Give 9 or less."),
        ("day", "31.3.", "Give a day, such as 2026-03-31."),
        ("length", "8", "Choose one that is listed here; 8 isn’t."),
        ("events", ["8"], "Tick what is listed here; 8 isn’t."),
    ],
)
def test_what_is_wrong_says_what_to_do(field: str, given: object, said: str) -> None:
    assert Everything({field: given}).errors[field] == [said]


def test_an_empty_file_is_told_from_none() -> None:
    form = Everything({}, {"accounts": SimpleUploadedFile("list.csv", b"")})
    assert form.errors["accounts"] == ["Choose another file: this one is empty."]


def test_what_concerns_the_whole_form_stands_by_itself() -> None:
    form = Everything({})
    form.add_error(None, "It changed meanwhile.")
    assert form.faults[""] == "It changed meanwhile."
