"""What scripts say, for the page to carry in its language (`static/js/words.js`). English stands in the scripts."""

from typing import Final

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

SAID: Final = (
    _("Blur hidden text more or less"),
    _("Case before"),
    _("Choose the case, or not"),
    _("Hidden text grey or in colour"),
    _("Keep the account."),
    _("Live"),
    _("Next case"),
    _("Next post"),
    _("Not a breach of: {policy}."),
    _("Not live since {time}, trying again"),
    _("Nothing chosen yet."),
    _("Nothing is sent to the platform."),
    _("Nothing is sent until {who} approves."),
    _("Nothing to undo: none of your decisions is in its undo window."),
    _("Pick a policy, then suspend or keep."),
    _("Pick a policy."),
    _("Pick the policy it was held against."),
    _("Previous post"),
    _("Propose to suspend {length}."),
    _("Propose to suspend."),
    _("Sent after {seconds} s; undo until then."),
    _("Sent at once."),
    _("Show or hide this post"),
    _("Something failed on our side. Nothing typed is lost; try again."),
    _("Suspend {length}."),
    _("Suspend."),
    _("The chart could not be drawn. The table has every figure."),
    _("The server does not answer. Nothing typed is lost; try again."),
    _("The server does not answer. Your claim runs on; we try again."),
    _("This was refused. Reload the page and try again."),
    _("Undo the last decision"),
    _("no data"),
    _("{heading}: {names}, {count} values from {first} to {last}. The table beside it has every figure."),
    _("{length}, {until}"),
    _("{minutes} min {seconds} s"),
    _("{seconds} s"),
)


def script_words() -> dict[str, str]:
    """By what stands in the scripts, the same in the language of the page; nothing where that is English."""
    if get_language() == "en":
        return {}
    return {english: gettext(english) for english in SAID}
