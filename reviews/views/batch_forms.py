"""The shape of what the batch pages send, besides the list itself."""

from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.forms import AnsweredForm


class RevertForm(AnsweredForm):
    """Why a batch is reverted, and on which accounts: all of it without any."""

    reason = forms.CharField(
        label=_("Why, as the accounts’ owners will read it"),
        max_length=2000,
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
    )
    only = forms.CharField(
        label=_("Only these accounts"),
        required=False,
        help_text=_("One a line, as platform/external id. Without any the whole batch is reverted."),
        widget=forms.Textarea({"rows": 4, "dir": "ltr", "spellcheck": "false", "class": "mono"}),
    )

    def clean_only(self) -> list[tuple[str, str]] | None:
        """The (platform, external id) pairs, in order; None without any."""
        lines = [line.strip() for line in str(self.cleaned_data["only"]).splitlines()]
        pairs = [tuple(line.split("/", 1)) for line in lines if line]
        if bad := next((pair for pair in pairs if len(pair) < len(("platform", "external_id"))), None):
            raise forms.ValidationError(_("“%(line)s” is no platform/external id."), params={"line": bad[0]})
        return [(pair[0], pair[1]) for pair in pairs] or None
