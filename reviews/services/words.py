"""Words that a gesture needs: a reason, a question, an answer."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.errors import Invalid

MOST_TEXT = 2000


def needed(field: str, text: str, *, hint: str = gettext_noop("say why.")) -> str:
    """The text without white space around it. Raises Invalid naming the field for none (with `hint`), or too much."""
    said = text.strip()
    if not said or len(said) > MOST_TEXT:
        fault = _("is longer than %(most)s characters.") % {"most": f"{MOST_TEXT:,}"} if said else _(hint)
        raise Invalid(f"{field}: {fault}", fields={field: fault})
    return said
