"""Definition of what was flagged, by whom, and what became of it."""

from typing import Final

from insights.definitions.shape import OF_A_GOVERNMENT, TOTAL, Definition, grains

_GROUPS = ("source_kind", "platform", "policy")
_WHOSE: Final = {
    "": "flags",
    "government_": "flags of governments",
    "order_": "flags that carried a legal order",
}
_STATES: Final = {
    "received": "received",
    "open": "not answered yet",
    "agreed": "answered by a suspension",
    "disagreed": "answered by a keep",
    "withdrawn": "taken back by their source",
    "already_actioned": "that came for an account suspended by us",
}

FLAGS = Definition(
    name="flags",
    version=1,
    part="flags",
    title="Flags",
    unit="flags",
    definition="Flags by the day they were received, and what has become of them; those of governments and those that "
    "carried a legal order are also counted apart.",
    formula="count of flags by received_at, in the state that each is in now; "
    "received = open + agreed + disagreed + withdrawn + already_actioned; "
    f"{OF_A_GOVERNMENT}; with a legal order: its legal_basis is given",
    sources=("reviews_flag", "reviews_source", "accounts_account"),
    groupings=(*grains(_GROUPS), TOTAL, *((group,) for group in _GROUPS)),
    measures=tuple(
        (f"{prefix}{state}", f"{whose}, {became}")
        for prefix, whose in _WHOSE.items()
        for state, became in _STATES.items()
    ),
    notes=(
        "An answer stands on the day its flag was received, not on the day of the decision: a past day's figures "
        "change while its flags are answered, and when an answer is undone.",
        "A government's flag that carried an order is in both of the columns that count apart.",
        "A flag that was refused, or sent again under its reference, is in no column.",
        "A day without a flag counts 0 once one was received; days before the first flag are missing.",
        "Days and months are those of UTC.",
    ),
)
