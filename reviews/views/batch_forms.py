"""The shape of what the batch pages send."""

from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.forms import AnsweredForm, ChosenForm
from reviews.views.batch_lists import read_list


class BatchForm(ChosenForm):
    """A batch as its page asks for it; its list is a file as `batch_lists` reads it."""

    accounts = forms.FileField(
        label=_("List of accounts"),
        help_text=_(
            "A CSV file with the columns platform and external_id or handle, separated by commas; or NDJSON with the "
            "same names. One account a line."
        ),
        widget=forms.FileInput({"accept": ".csv,.ndjson,.jsonl,text/csv,application/x-ndjson"}),
    )

    def clean_accounts(self) -> list[tuple[str, str]]:
        """The file's (platform, external id) pairs, in order."""
        return read_list(self.cleaned_data["accounts"])


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
