"""The icon set: one 16 px stroke family, as SVG path data by name. `{% icon "check" %}` draws one (templatetags)."""

from typing import Final

_PERSON = "M8 2.75a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5zM3 13.5c.5-2.75 2.5-4 5-4s4.5 1.25 5 4"
_CIRCLE = "M8 2.25a5.75 5.75 0 1 0 0 11.5 5.75 5.75 0 0 0 0-11.5z"
_SHIELD = "M8 1.75l5 2v4c0 3.25-2.1 5.4-5 6.5-2.9-1.1-5-3.25-5-6.5v-4z"
_ARROWS_BACK = "M5.5 2.75l-3 3 3 3M2.75 5.75h6.5a3.75 3.75 0 0 1 0 7.5H6"

PATHS: Final[dict[str, str]] = {
    "active": "M5 3l8 5-8 5z",
    "add": "M8 3v10M3 8h10",
    "arrow-next": "M2.5 8h11M9.5 4l4 4-4 4",
    "back": "M10 3.5L5.5 8 10 12.5",
    "check": "M3 8.5l3.25 3.25L13 5",
    "chevron": "M6 3.5L10.5 8 6 12.5",
    "clock": f"{_CIRCLE}M8 4.75V8l2.25 1.5",
    "note": "M3.5 2.5h9v11h-9zM5.75 5.5h4.5M5.75 8h4.5M5.75 10.5h2.5",
    "close": "M4 4l8 8M12 4l-8 8",
    "detector": "M3 5.5h10v7H3zM8 5.5V3M6 8.5v1M10 8.5v1",
    "document": "M3.5 2.5h9v11h-9zM5.75 5.5h4.5M5.75 8h4.5M5.75 10.5h2.5",
    "down": "M3.5 6L8 10.5 12.5 6",
    "download": "M8 2.5V10M4.75 7L8 10.25 11.25 7M2.75 13.25h10.5",
    "eye": "M1.75 8S4 3.75 8 3.75 14.25 8 14.25 8 12 12.25 8 12.25 1.75 8 1.75 8z"
    "M8 6.1a1.9 1.9 0 1 0 0 3.8 1.9 1.9 0 0 0 0-3.8z",
    "eye-off": "M2.5 2.5l11 11M6.3 4A6 6 0 0 1 8 3.75C12 3.75 14.25 8 14.25 8a11 11 0 0 1-1.9 2.4"
    "M9.9 12a5.6 5.6 0 0 1-1.9.25C4 12.25 1.75 8 1.75 8a11 11 0 0 1 2.4-2.8",
    "flag": "M3.5 14V2.5h8.5l-1.75 3 1.75 3H3.5",
    "leaf": "M3 13.25C3 7 6.5 3 13 3c0 6.75-3.75 10-8.5 9M3 13.25c1.75-3 3.75-4.5 6-5.5",
    "info": f"{_CIRCLE}M8 7.25v3.5M8 5v.1",
    "key": "M5.25 8.25a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5zM7 9l6-6M10.5 5.5l2 2",
    "layers": "M8 2.5l5.75 3L8 8.5l-5.75-3zM2.5 8.25L8 11.25l5.5-3M2.5 11L8 14l5.5-3",
    "menu": "M2.5 4.5h11M2.5 8h11M2.5 11.5h11",
    "more": "M3.5 8h.01M8 8h.01M12.5 8h.01",
    "pause": "M5.5 3.5v9M10.5 3.5v9",
    "person": _PERSON,
    "refresh": "M13 3.5v3.25H9.75M12.75 6.5A5.1 5.1 0 1 0 13 9",
    "scales": "M8 2.75v10.5M4.5 13.25h7M3 4.5h10M3 4.5l-1.5 4.25h3zM13 4.5l-1.5 4.25h3z",
    "search": "M7 2.75a4.25 4.25 0 1 0 0 8.5 4.25 4.25 0 0 0 0-8.5zM10.25 10.25l3.25 3.25",
    "send": "M2.5 8l11-5-4 10.5-2.5-4zM7 9.5L13.5 3",
    "shield": _SHIELD,
    "shield-check": f"{_SHIELD}M5.75 8l1.6 1.6 3.15-3.2",
    "sign-out": "M6.5 2.75h-3.75v10.5h3.75M6 8h7.5M10.5 5l3 3-3 3",
    "skip": "M3.5 3.5l6 4.5-6 4.5zM12.5 3.5v9",
    "sliders": "M2.5 5h6M11.5 5h2M2.5 11h2M7.5 11h6M10 3.25v3.5M6 9.25v3.5",
    "star": "M8 2.5l1.7 3.5 3.8.5-2.8 2.65.7 3.85L8 11.1 4.6 13l.7-3.85L2.5 6.5l3.8-.5z",
    "suspend": f"{_CIRCLE}M4.1 4.1l7.8 7.8",
    "undo": _ARROWS_BACK,
    "unknown": f"{_CIRCLE}M6.4 6.4a1.6 1.6 0 1 1 2.3 1.5c-.5.3-.7.6-.7 1.1M8 11v.1",
    "up": "M8 13V3M4 7l4-4 4 4",
    "waiting": "M8 2.25a5.75 5.75 0 1 0 0 11.5 5.75 5.75 0 0 0 0-11.5M5 8h.01M8 8h.01M11 8h.01",
    "warning": "M8 2.5l6 10.75H2zM8 6.5v3M8 11.4v.1",
}

# These point along the line of reading, so they turn round in a right-to-left page.
FLIPPED: Final[frozenset[str]] = frozenset({"arrow-next", "back", "chevron", "send", "sign-out", "skip", "undo"})
