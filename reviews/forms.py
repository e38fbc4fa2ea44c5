"""The shape of what pages send. Syntax only: whether it is allowed is the services' business; nothing is saved here."""

from collections.abc import Iterable
from typing import Any, Final, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from common.countries import NAMES
from common.errors import Invalid
from common.forms import GuidingForm
from reviews.choices import SUBSCRIBABLE, Outcome, PauseReason, SkipReason
from reviews.models import Policy
from reviews.rules.ladder import FOR_GOOD
from reviews.templatetags.review import category_words
from staff.choices import OrganisationKind
from staff.models import User

MOST_DAYS = 3650
MOST_SEEN = 1000
NOT_CHOSEN: Final = ("", _("Choose…"))
LENGTHS: Final = [NOT_CHOSEN, (FOR_GOOD, _("For good")), (7, _("7 days")), (30, _("30 days")), (90, _("90 days"))]


def _day() -> forms.DateInput:
    """A date as browsers ask for it."""
    return forms.DateInput({"type": "date"}, format="%Y-%m-%d")


class SeenField(forms.JSONField):
    """The external ids of the posts that were looked at, as a JSON array of strings."""

    def clean(self, value: Any) -> list[str]:
        """The ids; none when the field is empty."""
        found = super().clean(value) or []
        if not isinstance(found, list) or len(found) > MOST_SEEN or not all(isinstance(one, str) for one in found):
            raise forms.ValidationError(_("These aren’t the ids of posts."))
        return found


class TokenForm(GuidingForm):
    """A gesture on a claimed case."""

    claim_token = forms.CharField(max_length=100)


class DecisionForm(TokenForm):
    """A decision as the case page sends it. `length` is days, 0 for good; it counts for a suspension only."""

    evidence_version = forms.IntegerField(min_value=0)
    outcome = forms.ChoiceField(choices=Outcome.choices, error_messages={"required": _("Suspend or keep?")})
    policy = forms.SlugField(max_length=80, error_messages={"required": _("Pick a policy first.")})
    length = forms.IntegerField(min_value=FOR_GOOD, max_value=MOST_DAYS, required=False)
    length_reason = forms.CharField(max_length=1000, required=False)
    seen = SeenField(required=False)
    reason = forms.CharField(max_length=5000, error_messages={"required": _("Say why: the owner will read it.")})

    def clean(self) -> dict[str, Any]:
        """A suspension says how long it lasts."""
        return _with_length(self)


class DraftForm(GuidingForm):
    """What stands on the case page, chosen or typed so far. Nothing is needed."""

    policy = forms.CharField(max_length=80, required=False)
    outcome = forms.ChoiceField(choices=Outcome.choices, required=False)
    length = forms.CharField(max_length=10, required=False)
    length_reason = forms.CharField(max_length=1000, required=False, strip=False)
    reason = forms.CharField(max_length=5000, required=False, strip=False)
    own = forms.BooleanField(required=False)
    seen = SeenField(required=False)
    note = forms.CharField(max_length=5000, required=False, strip=False)

    def content(self) -> dict[str, Any]:
        """What was chosen or typed, by field; what is empty isn't named, but for a reason that the person cleared."""
        given = {name: value for name, value in self.cleaned_data.items() if value}
        return given | ({"reason": ""} if given.get("own") and "reason" not in given else {})


class NoteForm(GuidingForm):
    """A note on a case."""

    note = forms.CharField(max_length=5000, error_messages={"required": _("Write something.")})


class SkipForm(TokenForm):
    """Why a case is passed over."""

    why = forms.ChoiceField(choices=SkipReason.choices, error_messages={"required": _("Say why.")})
    reason = forms.CharField(max_length=200, required=False)


class HoldCaseForm(TokenForm):
    """Why a case is kept for later, and in how many hours to be reminded; without them after a set time."""

    reason = forms.CharField(max_length=2000, error_messages={"required": _("Say why you keep it.")})
    hours = forms.IntegerField(min_value=1, required=False)


class EscalationForm(TokenForm):
    """A question about a case, and the queue that is asked."""

    queue = forms.SlugField(max_length=60, error_messages={"required": _("Choose whom to ask.")})
    question = forms.CharField(max_length=2000, error_messages={"required": _("Ask.")})


class MoveForm(TokenForm):
    """The right language of a case, or its right policy, or both."""

    language = forms.CharField(max_length=35, required=False)
    policy = forms.SlugField(max_length=80, required=False)


class AnswerForm(GuidingForm):
    """An answer to a question about a case."""

    answer = forms.CharField(max_length=2000, error_messages={"required": _("Answer.")})


class AnsweredForm(GuidingForm):
    """A form that shows a service's refusal beside its fields, so that nothing typed is lost."""

    def refuse(self, refusal: Invalid) -> None:
        """Show each fault beside its field; above all fields, by its name, where there is no such one."""
        for name, text in refusal.fields.items():
            if name in self.fields:
                self.add_error(name, text[:1].upper() + text[1:])
            else:
                self.add_error(None, f"{name}: {text}")
        if not refusal.fields:
            self.add_error(None, refusal.message)


class ChosenForm(AnsweredForm):
    """What is decided on many accounts together."""

    field_order = ("title", "accounts", "expected_count", "outcome", "length", "policy", "reason")  # as on the page
    title = forms.CharField(label=_("Title"), max_length=200)
    outcome = forms.ChoiceField(label=_("Outcome"), choices=[NOT_CHOSEN, *Outcome.choices])
    policy = forms.ChoiceField(label=_("Policy"))
    length = forms.TypedChoiceField(
        label=_("For how long"),
        choices=LENGTHS,
        coerce=int,
        required=False,
        empty_value=None,
        help_text=_("Counts for a suspension only."),
    )
    reason = forms.CharField(
        label=_("Reason, as the owners will read it"),
        max_length=5000,
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
    )
    expected_count = forms.IntegerField(
        label=_("How many accounts do you expect?"),
        min_value=1,
        # xgettext:no-python-format
        help_text=_("A guard against the wrong list: one that is further off than 2 % is refused."),
    )

    def __init__(self, *args: Any, policies: Iterable[Policy], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = cast(forms.ChoiceField, self.fields["policy"])
        chosen.choices = [NOT_CHOSEN, *((policy.code, policy.title) for policy in policies)]

    def clean(self) -> dict[str, Any]:
        """A suspension says how long it lasts."""
        return _with_length(self)


class ViewForm(AnsweredForm):
    """A view of the list of cases, as its owner names it."""

    title = forms.CharField(label=_("Title"), max_length=80)
    is_shared = forms.BooleanField(label=_("Everybody who sees cases sees it"), required=False)
    is_pinned = forms.BooleanField(label=_("Show it as a tab"), required=False, initial=True)


class WarningForm(AnsweredForm):
    """A warning to a source."""

    text = forms.CharField(
        label=_("Warning, as the source will read it"),
        max_length=2000,
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
    )


class ProcessingForm(AnsweredForm):
    """A suspension of processing: for how many days, and why."""

    days = forms.TypedChoiceField(
        label=_("For how long"),
        choices=[NOT_CHOSEN, (7, _("7 days")), (14, _("14 days")), (30, _("30 days")), (90, _("90 days"))],
        coerce=int,
    )
    reason = forms.CharField(
        label=_("Reason, as the source will read it"),
        max_length=2000,
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
    )


class ReasonForm(AnsweredForm):
    """Why something is taken back."""

    reason = forms.CharField(label=_("Why"), max_length=1000, widget=forms.Textarea({"rows": 2, "dir": "auto"}))


class HandOverForm(AnsweredForm):
    """To whom a case is handed: a username."""

    to = forms.ChoiceField(label=_("To whom"))

    def __init__(self, *args: Any, people: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = cast(forms.ChoiceField, self.fields["to"])
        chosen.choices = [NOT_CHOSEN, *((person.username, person.pseudonym) for person in people)]


class RefusalForm(AnsweredForm):
    """Why a proposal is refused."""

    reason = forms.CharField(
        label=_("Why you refuse, as the proposer will read it"),
        max_length=2000,
        widget=forms.Textarea(
            {
                "rows": 3,
                "dir": "auto",
                "data-code": "KeyR",
                "data-hint": _("Refuse: go to the reason"),
                "aria-keyshortcuts": "R",
            }
        ),
    )


class SecondPersonForm(AnsweredForm):
    """Which suspensions need a second person, beside those of protected accounts."""

    followers_above = forms.IntegerField(
        label=_("Accounts with more followers than"),
        min_value=0,
        max_value=2**31 - 1,
        required=False,
        help_text=_("Empty: the number of followers doesn’t count."),
    )
    governments_only = forms.BooleanField(label=_("Accounts that governments alone flagged"), required=False)


class PauseForm(AnsweredForm):
    """Why an order's clock stands still."""

    reason = forms.ChoiceField(label=_("Why"), choices=[NOT_CHOSEN, *PauseReason.choices])
    text = forms.CharField(label=_("What it is"), max_length=2000, widget=forms.Textarea({"rows": 3, "dir": "auto"}))


class HoldForm(AnsweredForm):
    """For how many days more an order holds its account's data, and why."""

    days = forms.TypedChoiceField(
        label=_("For how long"),
        choices=[NOT_CHOSEN, (30, _("30 days more")), (91, _("3 months more")), (183, _("6 months more"))],
        coerce=int,
    )
    reason = forms.CharField(label=_("Why"), max_length=2000, widget=forms.Textarea({"rows": 2, "dir": "auto"}))


class OrganisationForm(AnsweredForm):
    """What is said of an organisation."""

    name = forms.CharField(label=_("Name"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind"), choices=OrganisationKind.choices)
    country = forms.ChoiceField(
        label=_("Country"), choices=[("", _("None, or several")), *NAMES.items()], required=False
    )


class AwardForm(AnsweredForm):
    """A trusted flagger's award."""

    awarded_by = forms.CharField(label=_("Awarded by, a Digital Services Coordinator"), max_length=200)
    awarded_on = forms.DateField(label=_("Awarded on"), widget=_day())
    ends_on = forms.DateField(
        label=_("Ends on"), required=False, widget=_day(), help_text=_("The last day; empty while it is open.")
    )
    policies = forms.MultipleChoiceField(
        label=_("Area of competence: policies"), required=False, widget=forms.CheckboxSelectMultiple
    )
    categories = forms.MultipleChoiceField(
        label=_("Area of competence: statement categories"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, policies: Iterable[Policy], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = list(policies)
        cast(forms.ChoiceField, self.fields["policies"]).choices = [(policy.code, policy.title) for policy in known]
        categories = sorted({policy.statement_category for policy in known})
        cast(forms.ChoiceField, self.fields["categories"]).choices = [
            (category, category_words(category)) for category in categories
        ]


def _with_length(form: forms.Form) -> dict[str, Any]:
    """The form's cleaned data; a suspension without a length is a fault, since "for good" must never be a default."""
    given = form.cleaned_data
    if given.get("outcome") == Outcome.SUSPEND and given.get("length") is None and "length" not in form.errors:
        form.add_error("length", _("Say for how long."))
    return given


class WebhookForm(AnsweredForm):
    """An endpoint of webhooks as its page asks for it. An endpoint that exists keeps its client."""

    client = forms.ChoiceField(label=_("API client"))
    url = forms.CharField(
        label=_("URL"),
        max_length=2000,
        help_text=_("It begins with https:// and leads to a public address."),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "dir": "ltr"}),
    )
    events = forms.MultipleChoiceField(
        label=_("Events"),
        choices=[(event.value, event.label) for event in SUBSCRIBABLE],
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, clients: Iterable[str] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if clients is None:
            del self.fields["client"]
        else:
            chosen = cast(forms.ChoiceField, self.fields["client"])
            chosen.choices = [NOT_CHOSEN, *((name, name) for name in clients)]


class ReplayForm(GuidingForm):
    """Which failed deliveries are sent anew: those of the last so many hours."""

    hours = forms.TypedChoiceField(
        label=_("Those of the last"),
        choices=[(1, _("hour")), (24, _("24 hours")), (72, _("3 days")), (168, _("7 days")), (720, _("30 days"))],
        coerce=int,
    )
