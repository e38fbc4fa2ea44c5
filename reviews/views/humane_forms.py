"""The shape of what a person says of how they work, and of what supervisors set for everybody."""

from dataclasses import asdict
from typing import Any, Final
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.forms import GuidingForm
from reviews.choices import Severity
from reviews.forms import AnsweredForm
from reviews.rules.humane import ALWAYS, NEVER, HumaneRule

MOST_BOUND: Final = 100_000
VEILS: Final = [
    (ALWAYS, _("Always")),
    (2, _("From severity 2 on")),
    (3, _("From severity 3 on")),
    (4, _("At severity 4 only")),
    (NEVER, _("Never")),
]
BLURS: Final = [(1, pgettext_lazy("of a blur", "Light")), (2, _("Medium")), (3, _("Strong")), (4, _("Not drawn"))]
BREAKS: Final = [(minutes, minutes) for minutes in (15, 20, 30, 45, 60, 90)]
GREYS: Final = [("on", _("Grey")), ("off", _("In colour"))]


def _number(choices: list[tuple[int, Any]], **more: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(choices=choices, coerce=int, empty_value=None, required=False, **more)


def _bound(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=MOST_BOUND, required=False)


class PreferencesForm(AnsweredForm):
    """What a person prefers. A field that isn't sent stays as it was; an empty one takes the choice back."""

    veil_from = _number(VEILS)
    blur = _number(BLURS)
    grey = forms.TypedChoiceField(choices=GREYS, coerce=lambda value: value == "on", empty_value=None, required=False)

    break_minutes = _number(BREAKS)
    time_zone = forms.CharField(max_length=60, required=False)

    def clean_time_zone(self) -> str:
        """An IANA name, or nothing."""
        said = str(self.cleaned_data["time_zone"])
        if said and said not in available_timezones():
            raise forms.ValidationError(_("That is no time zone. Write it as Europe/Berlin or Asia/Riyadh."))
        return said

    def chosen(self) -> dict[str, Any]:
        """What was sent, by name."""
        return {name: value for name, value in self.cleaned_data.items() if name in self.data}


class LighterForm(GuidingForm):
    """Something lighter; from a case, its id and the token it is held by."""

    case = forms.UUIDField(required=False)
    claim_token = forms.CharField(max_length=100, required=False)


class ThreatForm(GuidingForm):
    """What threatens staff, in one's own words, or without."""

    words = forms.CharField(max_length=2000, required=False)


class AcknowledgeForm(AnsweredForm):
    """How a threat was seen to."""

    note = forms.CharField(
        label=_("What was done about it"), max_length=2000, widget=forms.Textarea({"rows": 3, "dir": "auto"})
    )


class HumaneForm(AnsweredForm):
    """What holds for everybody who chooses nothing else."""

    veil_from = forms.TypedChoiceField(
        label=_("Hide post text until asked for"),
        choices=VEILS,
        coerce=int,
        help_text=_("Everybody can choose otherwise for themselves, in either direction."),
    )
    break_minutes = forms.IntegerField(
        label=_("Remind of a break after so many minutes on cases"),
        min_value=10,
        max_value=480,
        required=False,
        help_text=_("Empty: never. Everybody can choose a shorter time for themselves."),
    )
    bound_4 = _bound(_("Cases of severity 4 a day"))
    bound_3 = _bound(_("Cases of severity 3 a day"))
    bound_2 = _bound(_("Cases of severity 2 a day"))
    bound_1 = _bound(_("Cases of severity 1 a day"))

    def __init__(self, *args: Any, rule: HumaneRule, **kwargs: Any) -> None:
        bounds = {f"bound_{severity}": most for severity, most in enumerate(rule.bounds, 1)}
        super().__init__(*args, initial=asdict(rule) | bounds, **kwargs)

    def rule(self) -> HumaneRule:
        """The rule that was said."""
        said = self.cleaned_data
        bounds = tuple(said[f"bound_{severity}"] for severity in Severity)
        return HumaneRule(said["veil_from"], bounds, said["break_minutes"])
