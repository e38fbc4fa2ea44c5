"""What every page's template knows."""

from django.http import HttpRequest


def navigation(request: HttpRequest) -> dict[str, object]:
    """The navigation that this person may see."""
    return {"nav": []}
