"""The shape of what is sent when material is restricted, and when that is lifted."""

from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import GuidingForm
from staff.choices import Clearance

CLEARANCE_CHOICES: Final = [(one.value, one.label) for one in Clearance if one]


class RestrictForm(GuidingForm):
    """Which clearance the material needs from now on."""

    clearance = forms.ChoiceField(choices=CLEARANCE_CHOICES, error_messages={"required": _("Choose one.")})


class LiftForm(GuidingForm):
    """Why a restriction is lifted."""

    reason = forms.CharField(max_length=2000, error_messages={"required": _("Say why.")})
