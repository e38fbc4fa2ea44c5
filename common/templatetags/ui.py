"""What templates draw with: icons, dials, sparklines, figures. Presentation only; use: `{% load ui %}`.

{% icon "check" %}                     inline SVG, hidden from screen readers: put a word beside it
{% state "applied" "good" "check" %}   icon + word; tone "", good, bad, warn, live; pill=True: washed
{% severity 3 %}                       filled steps, with "Severity 3 of 4" as its name
{% dial 24 30 %}                       what is left of a window, seconds of seconds; countdown.js turns it
{% bar 0.667 %}                        a share from 0 to 1
{% spark values label %}               sparkline of numbers (None is a gap); label: what it shows
{% query page=2 q=None %}              this page's query string with some keys set or dropped
{{ words|listed }} {% comma %}          words with what the language puts between them
{{ seconds|duration }} {{ seconds|clock }} {{ n|number }} {{ x|number:1 }} {{ share|percent }}
{{ instant|ago|duration }} {{ instant|until|duration }} {{ part|share_of:whole|percent }}
{{ tag|language }} {{ tag|direction }} {{ text|text_direction }}  tags are BCP 47
{{ text|evident }} {{ text|spelled }}  words from outside: what a page would hide is named; the second for attributes
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import wraps

from django import template
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from common import clock, icons, languages, presentation, unseen

register = template.Library()


def _blank_is_none(present: Callable[..., str]) -> Callable[..., str]:
    """A variable that a template can't find reaches a filter as "": it is shown as a missing value, like None."""

    @wraps(present)
    def shown(value: object, *args: object) -> str:
        return present(None if value == "" else value, *args)

    return shown


for _present in (presentation.number, presentation.percent, presentation.duration):
    register.filter(_present.__name__, _blank_is_none(_present))
register.filter("clock", presentation.clock)
register.filter("listed", presentation.listed)
register.simple_tag(presentation.comma, name="comma")
register.filter("language", languages.language_name)
register.filter("direction", languages.direction)
register.filter("text_direction", languages.text_direction)

_DIAL_RADIUS = 8
_DIAL_ROUND = 50.3  # the circumference at that radius
_SEVERITIES = 4


@register.simple_tag
def icon(name: str) -> SafeString:
    """The icon of that name from `common.icons`. Raises KeyError for a name that is not in the set."""
    flip = " icon-flip" if name in icons.FLIPPED else ""
    return format_html(
        '<svg class="icon{}" viewBox="0 0 16 16" aria-hidden="true"><path d="{}"/></svg>',
        flip,
        icons.PATHS[name],
    )


@register.simple_tag
def state(word: str, tone: str = "", icon_name: str = "info", *, pill: bool = False) -> SafeString:
    """A live condition: always an icon and a word, never colour alone."""
    classes = "state" + (f" state-{tone}" if tone else "") + (" pill" if pill else "")
    return format_html('<span class="{}">{}{}</span>', classes, icon(icon_name), word)


@register.simple_tag
def severity(level: int) -> SafeString:
    """Severity from 1 to 4 as rising steps, named in words."""
    steps = [
        format_html(
            '<rect x="{}" y="{}" width="3.6" height="{}" rx="0.8" class="{}"/>',
            place * 5,
            9 - place * 3,
            3 + place * 3,
            "on" if place < level else "off",
        )
        for place in range(_SEVERITIES)
    ]
    label = _("Severity %(level)s of 4") % {"level": level}
    return format_html(
        '<span class="sev"><svg viewBox="0 0 19 12" role="img" aria-label="{}">{}</svg></span>',
        label,
        mark_safe("".join(steps)),  # noqa: S308  # joined from format_html
    )


@register.simple_tag
def dial(left: float, total: float) -> SafeString:
    """How much of a window is left, both in seconds. The words beside it carry the meaning."""
    share = max(0.0, min(1.0, left / total)) if total else 0.0
    return format_html(
        '<svg class="dial" viewBox="0 0 22 22" aria-hidden="true"><circle class="track" cx="11" cy="11" r="{0}"/>'
        '<circle class="left" cx="11" cy="11" r="{0}" stroke-dasharray="{1} {2}"/></svg>',
        _DIAL_RADIUS,
        f"{share * _DIAL_ROUND:.1f}",
        _DIAL_ROUND,
    )


@register.simple_tag
def bar(share: float) -> SafeString:
    """A share from 0 to 1 as a bar; the figure stands beside it in words."""
    return format_html(
        '<svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">'
        '<rect width="{}" height="4"/></svg>',
        f"{max(0.0, min(1.0, share)) * 100:.1f}",
    )


@register.simple_tag
def spark(values: Sequence[float | None], label: str) -> SafeString:
    """A sparkline of `values`, oldest first; None is a gap. Nothing at all when fewer than two are known."""
    if sum(value is not None for value in values) < 2:
        return SafeString("")
    paths = presentation.spark_paths(values)
    return format_html(
        '<svg class="spark" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<path class="area" d="{}"/><path class="line" d="{}"/></svg>',
        paths.width,
        paths.height,
        label,
        paths.area,
        paths.line,
    )


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: object) -> str:
    """The request's query string with `changes` made; a key that becomes None or empty is dropped."""
    params = context["request"].GET.copy()
    for key, value in changes.items():
        if value in (None, ""):
            params.pop(key, None)
        else:
            params[key] = str(value)
    return f"?{params.urlencode()}" if params else "?"


@register.filter
def ago(instant: datetime | None) -> timedelta | None:
    """How long ago `instant` was, for `|duration`."""
    return clock.now() - instant if instant else None


@register.filter
def until(instant: datetime | None) -> timedelta | None:
    """How long it is until `instant`, for `|duration`."""
    return instant - clock.now() if instant else None


@register.filter
def share_of(part: float | None, whole: float | None) -> float | None:
    """`part / whole`, or None when either is missing or the whole is zero."""
    return part / whole if part is not None and whole else None


@register.filter
def evident(text: object) -> SafeString:
    """Words from outside as HTML: hidden characters neither act nor hide, each stands there by its code."""
    return format_html_join(
        "", "{}", ((_named(piece) if hidden else piece,) for piece, hidden in unseen.parts(str(text)))
    )


def _named(character: str) -> SafeString:
    return format_html('<span class="unseen" title="{}">{}</span>', unseen.name(character), unseen.code(character))


@register.filter
def spelled(text: object) -> str:
    """Words from outside where no markup may stand: titles and attributes."""
    return unseen.spelled(str(text))
