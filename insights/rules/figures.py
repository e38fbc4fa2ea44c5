"""The arithmetic of published figures. None stands for "there is none", and is never 0."""


def ratio(part: int, whole: int) -> float | None:
    """`part / whole`; None when there is no whole."""
    return part / whole if whole else None


def percent(part: int, whole: int) -> float | None:
    """`part` in per cent of `whole`; None when there is no whole."""
    return 100 * part / whole if whole else None


def change_percent(before: float | None, after: float | None) -> float | None:
    """From `before` to `after` in per cent of `before`; None when either is missing or the former is 0."""
    if before is None or after is None or not before:
        return None
    return 100 * (after - before) / before


def days_watched(masks: list[int]) -> int:
    """How many days are set in month masks, one mask per month."""
    return sum(mask.bit_count() for mask in masks)
