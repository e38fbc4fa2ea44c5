"""The shape of what the pages of queues and people send."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.choices import ProtectedClass
from accounts.models import Platform
from reviews.choices import FollowerBand, Severity
from reviews.forms import AnsweredForm
from reviews.models import Policy
from reviews.rules.lanes import AGE_STEPS
from staff.choices import CLEARANCES, Clearance, Role, SourceKind
from staff.models import Team

_ANY_AGE = ("", _("Any age"))
_TICKS = forms.CheckboxSelectMultiple
_LONGEST_TAG = 35


def _ages() -> list[tuple[object, object]]:
    return [_ANY_AGE, *((hours, gettext("%(hours)s hours") % {"hours": hours}) for hours in AGE_STEPS)]


def _many(label: Any, choices: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, choices=choices, required=False, widget=_TICKS)


class LanguagesField(forms.CharField):
    """BCP 47 tags, separated by commas; none for all."""

    def to_python(self, value: Any) -> Any:
        """The tags as a list, in order."""
        said = value if isinstance(value, list) else str(value or "").replace(";", ",").split(",")
        return [part.strip() for part in said if part.strip()]

    def prepare_value(self, value: Any) -> Any:
        """A list as it is typed."""
        return ", ".join(value) if isinstance(value, list) else value

    def validate(self, value: list[str]) -> None:
        """Each tag is short enough to be one."""
        if any(len(tag) > _LONGEST_TAG for tag in value):
            raise forms.ValidationError(_("That is no language tag. Write en, ar, pt-BR."))

    def run_validators(self, value: list[str]) -> None:
        """A list has no length in characters."""


class QueueForm(AnsweredForm):
    """A queue. What is left empty lets everything through."""

    title = forms.CharField(label=_("Title"), max_length=120)
    policies = _many(_("Policies"), ())
    severity_from = forms.TypedChoiceField(label=_("Severity from"), choices=Severity.choices, coerce=int)
    severity_to = forms.TypedChoiceField(label=_("Severity to"), choices=Severity.choices, coerce=int)
    languages = LanguagesField(
        label=_("Languages"), required=False, help_text=_("Tags, separated by commas: en, ar. Empty: all.")
    )
    platforms = _many(_("Platforms"), ())
    source_kinds = _many(_("Who flagged"), SourceKind.choices)
    protected_classes = _many(_("Protected accounts"), ProtectedClass.choices)
    follower_bands = _many(_("Followers"), FollowerBand.choices)
    older_than_hours = forms.TypedChoiceField(
        label=_("Waiting for longer than"),
        choices=_ages,
        coerce=int,
        required=False,
        empty_value=None,
        help_text=_("Such a queue serves the oldest first."),
    )
    team = forms.ChoiceField(label=_("Worked by the team"), required=False)
    roles = _many(_("Worked by the roles"), Role.choices)
    position = forms.IntegerField(label=_("Place on the first page"), min_value=0, max_value=999)

    def __init__(
        self,
        *args: Any,
        policies: Iterable[Policy],
        platforms: Iterable[Platform],
        teams: Iterable[Team],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._choose("policies", [(policy.code, policy.title) for policy in policies])
        self._choose("platforms", [(platform.slug, platform.name) for platform in platforms])
        self._choose("team", [("", _("Everybody")), *((team.name, team.name) for team in teams)])

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices


class PersonForm(AnsweredForm):
    """What an administrator says of a person."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    languages = LanguagesField(
        label=_("Languages"), required=False, help_text=_("What the person reads: en, ar. Empty: all are served.")
    )
    team = forms.CharField(label=_("Team"), max_length=80, required=False, help_text=_("A new name makes a new team."))
    clearances = _many(
        _("Cleared for restricted material"), [pair for pair in Clearance.choices if pair[0] in CLEARANCES]
    )
    is_active = forms.BooleanField(label=_("May sign in"), required=False)
