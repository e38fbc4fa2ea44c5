"""Our pages' forms: every one names the field at fault and says what to do."""

import inspect

import pytest
from django import forms as django_forms
from django.test import Client

from common.errors import Invalid
from common.forms import GuidingForm
from reviews import forms
from reviews.views.door import cleaned
from tests.cast import Cast

FORMS = [kind for _, kind in inspect.getmembers(forms, inspect.isclass) if issubclass(kind, django_forms.Form)]


@pytest.mark.parametrize("kind", FORMS)
def test_every_form_guides(kind: type[django_forms.Form]) -> None:
    assert issubclass(kind, GuidingForm)


@pytest.mark.django_db
def test_above_an_empty_form_each_fault_is_named_and_linked(signed_in, cast: Cast) -> None:
    browser: Client = signed_in(cast.moderator)
    answer = browser.post("/batches/new/", {"title": ""})
    words = " ".join(answer.content.decode().split())
    assert answer.status_code == 422
    places = []
    for auto_id, label, said in (
        ("id_title", "Title", "Fill this in."),
        ("id_accounts", "List of accounts", "Choose a file."),
        ("id_expected_count", "How many accounts do you expect?", "Give a number."),
        ("id_policy", "Policy", "Choose one."),
    ):
        places.append(words.find(f'<a href="#{auto_id}">{label}</a>: {said}'))
        assert words.count(f'id="{auto_id}"') == 1
    assert places[0] > 0
    assert places == sorted(places)
    assert "This field is required" not in words


def test_a_refused_gesture_names_each_field() -> None:
    with pytest.raises(Invalid) as refused:
        cleaned(forms.DecisionForm({"claim_token": "x", "outcome": "suspend", "policy": "spam", "length": "0"}))
    assert refused.value.fields == {
        "evidence_version": "Evidence version: Give a number.",
        "reason": "Reason: Say why: the owner will read it.",
    }


def test_a_refusal_of_a_field_that_is_not_shown_is_named() -> None:
    form = forms.ReasonForm({"reason": "So."})
    form.refuse(Invalid("ends_at: too late.", fields={"ends_at": "lies too far ahead.", "reason": "say more."}))
    assert form.non_field_errors() == ["ends_at: lies too far ahead."]
    assert form.errors["reason"] == ["Say more."]
