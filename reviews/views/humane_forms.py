"""The shape of what a person says of how they work, and of what supervisors set for everybody."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.forms import AnsweredForm
from reviews.rules.humane import ALWAYS, NEVER

VEILS: Final = [
    (ALWAYS, _("Always")),
    (2, _("From severity 2 on")),
    (3, _("From severity 3 on")),
    (4, _("At severity 4 only")),
    (NEVER, _("Never")),
]
BLURS: Final = [(1, _("Light")), (2, _("Medium")), (3, _("Strong")), (4, _("Not drawn"))]
GREYS: Final = [("on", _("Grey")), ("off", _("In colour"))]


def _number(choices: list[tuple[int, Any]], **more: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(choices=choices, coerce=int, empty_value=None, required=False, **more)


class PreferencesForm(AnsweredForm):
    """What a person prefers. A field that isn't sent stays as it was; an empty one takes the choice back."""

    veil_from = _number(VEILS)
    blur = _number(BLURS)
    grey = forms.TypedChoiceField(choices=GREYS, coerce=lambda value: value == "on", empty_value=None, required=False)

    def chosen(self) -> dict[str, Any]:
        """What was sent, by name."""
        return {name: value for name, value in self.cleaned_data.items() if name in self.data}


class HumaneForm(AnsweredForm):
    """What holds for everybody who chooses nothing else."""

    veil_from = forms.TypedChoiceField(
        label=_("Hide post text until asked for"),
        choices=VEILS,
        coerce=int,
        help_text=_("Everybody can choose otherwise for themselves, in either direction."),
    )
