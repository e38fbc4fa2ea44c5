"""What is said on the pages of platforms."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import GuidingForm


class StopForm(GuidingForm):
    """Why dispatch stands still. `platform` is a slug; empty: all."""

    platform = forms.SlugField(required=False)
    reason = forms.CharField(label=_("Why"), max_length=500)
