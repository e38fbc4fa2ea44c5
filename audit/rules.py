"""The closed list of actions. Each package declares its own in `audit_actions.py`; nothing else can be recorded."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Action:
    """One thing that can be recorded: its dotted code in the past tense, what it means, and the keys of its detail."""

    code: str
    meaning: str
    detail: frozenset[str]

    def __str__(self) -> str:
        return self.code


_declared: dict[str, Action] = {}


def declare(code: str, meaning: str, *detail: str) -> Action:
    """Add an action to the closed list. Takes the keys its detail may hold. Raises ValueError on a second meaning."""
    action = Action(code, meaning, frozenset(detail))
    if _declared.setdefault(code, action) != action:
        raise ValueError(f"{code} is declared twice.")
    return action


def declared() -> dict[str, Action]:
    """Every declared action by code, in alphabetical order."""
    return dict(sorted(_declared.items()))


def check_detail(action: Action, detail: dict[str, object]) -> None:
    """Raises ValueError when `detail` holds a key that `action` was not declared with."""
    if unknown := detail.keys() - action.detail:
        raise ValueError(f"{action} was declared without {', '.join(sorted(unknown))}.")
