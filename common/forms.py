"""Forms that say of each fault which field it is and what to do about it."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# The first kind that fits speaks, so what inherits stands before what it inherits from.
_BY_KIND: Final[Mapping[type[forms.Field], Mapping[str, Promise]]] = {
    forms.CharField: {
        "required": _("Fill this in."),
        "max_length": _("Shorten this to %(limit_value)d characters: it has %(show_value)d."),
        "null_characters_not_allowed": _("Take the NUL character out."),
    },
    forms.MultipleChoiceField: {
        "required": _("Tick one at least."),
        "invalid_choice": _("Tick what is listed here; %(value)s isn’t."),
    },
    forms.ChoiceField: {
        "required": _("Choose one."),
        "invalid_choice": _("Choose one that is listed here; %(value)s isn’t."),
    },
    forms.FileField: {
        "required": _("Choose a file."),
        "missing": _("Choose a file."),
        "empty": _("Choose another file: this one is empty."),
    },
    forms.DateField: {
        "required": _("Give a day."),
        "invalid": _("Give a day, such as 2026-03-31."),
    },
    forms.IntegerField: {
        "required": _("Give a number."),
        "invalid": _("Give a whole number, in digits."),
        "min_value": _("Give %(limit_value)s or more."),
        "max_value": _("Give %(limit_value)s or less."),
    },
}


class GuidingForm(forms.Form):
    """A form whose faults say what to do. What a field declares in its own `error_messages` goes before ours."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            for code, text in _texts(field).items():
                if field.error_messages.get(code) is _django(field, code):
                    field.error_messages[code] = str(text)

    @property
    def faults(self) -> dict[str, str]:
        """By field, its label and what to do; by "" what concerns the whole form."""
        labels = {name: f"{self[name].label}: " for name in self.fields}
        return {
            name if name in labels else "": labels.get(name, "") + " ".join(map(str, texts))
            for name, texts in self.errors.items()
        }


def _texts(field: forms.Field) -> Mapping[str, Promise]:
    return next((texts for kind, texts in _BY_KIND.items() if isinstance(field, kind)), {})


def _django(field: forms.Field, code: str) -> object:
    """What Django would say; None where a validator says it."""
    kinds = (vars(kind).get("default_error_messages", {}) for kind in type(field).__mro__)
    return next((texts[code] for texts in kinds if code in texts), None)
