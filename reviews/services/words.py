"""Words that a gesture needs: a reason, a question, an answer."""

from common.errors import Invalid

MOST_TEXT = 2000


def needed(field: str, text: str, *, hint: str = "say why.") -> str:
    """The text without white space around it. Raises Invalid naming the field for none (with `hint`), or too much."""
    said = text.strip()
    if not said or len(said) > MOST_TEXT:
        fault = f"is longer than {MOST_TEXT:,} characters." if said else hint
        raise Invalid(f"{field}: {fault}", fields={field: fault})
    return said
