"""Definition of what was flagged, by whom, and what became of it."""

from django.utils.translation import gettext_noop as _

from insights.definitions.shape import OF_A_GOVERNMENT, TOTAL, Definition, grains

_GROUPS = ("source_kind", "platform", "policy")
FLAGS = Definition(
    name="flags",
    version=2,
    part="flags",
    title=_("Flags"),
    unit=_("flags"),
    definition=_(
        "Flags by the day they were received, and what has become of them; those of governments and those that "
        "carried a legal order are also counted apart."
    ),
    formula="count of flags by received_at, in the state that each is in now; "
    "received = open + agreed + disagreed + withdrawn + already_actioned + gone; "
    f"{OF_A_GOVERNMENT}; with a legal order: its legal_basis is given",
    sources=("reviews_flag", "reviews_source", "accounts_account"),
    groupings=(*grains(_GROUPS), TOTAL, *((group,) for group in _GROUPS)),
    measures=(
        ("received", _("flags, received")),
        ("open", _("flags, not answered yet")),
        ("agreed", _("flags, answered by a suspension")),
        ("disagreed", _("flags, answered by a keep")),
        ("withdrawn", _("flags, taken back by their source")),
        ("already_actioned", _("flags, that came for an account suspended by us")),
        ("gone", _("flags, whose account was gone from its platform")),
        ("government_received", _("flags of governments, received")),
        ("government_open", _("flags of governments, not answered yet")),
        ("government_agreed", _("flags of governments, answered by a suspension")),
        ("government_disagreed", _("flags of governments, answered by a keep")),
        ("government_withdrawn", _("flags of governments, taken back by their source")),
        ("government_already_actioned", _("flags of governments, that came for an account suspended by us")),
        ("government_gone", _("flags of governments, whose account was gone from its platform")),
        ("order_received", _("flags that carried a legal order, received")),
        ("order_open", _("flags that carried a legal order, not answered yet")),
        ("order_agreed", _("flags that carried a legal order, answered by a suspension")),
        ("order_disagreed", _("flags that carried a legal order, answered by a keep")),
        ("order_withdrawn", _("flags that carried a legal order, taken back by their source")),
        ("order_already_actioned", _("flags that carried a legal order, that came for an account suspended by us")),
        ("order_gone", _("flags that carried a legal order, whose account was gone from its platform")),
    ),
    notes=(
        _(
            "An answer stands on the day its flag was received, not on the day of the decision: a past day's figures "
            "change while its flags are answered, and when an answer is undone."
        ),
        _("A government's flag that carried an order is in both of the columns that count apart."),
        _("A flag that was refused, or sent again under its reference, is in no column."),
        _("A day without a flag counts 0 once one was received; days before the first flag are missing."),
        _("Days and months are those of UTC."),
    ),
)
