"""What a queue lets through and who works it, in words. Use: `{% load queue_words %}`, `{{ queue|filter_words }}`."""

from collections.abc import Iterable

from django import template
from django.db.models import Choices
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.choices import ProtectedClass
from common.languages import language_name
from common.presentation import listed
from reviews.choices import FollowerBand
from reviews.models import Queue
from staff.choices import Role, SourceKind

register = template.Library()


@register.filter
def filter_words(queue: Queue) -> SafeString:
    """The queue's filter and who works it. Its policies and team are loaded."""
    parts = [
        listed(policy.title for policy in queue.policies.all()) or _("Any policy"),
        listed(map(language_name, queue.languages)) or _("any language"),
        _severity(queue),
        _labels(SourceKind, queue.source_kinds),
        listed(queue.platforms),
        _labels(ProtectedClass, queue.protected_classes),
        _followers(queue),
        _("older than %(hours)s h") % {"hours": queue.older_than_hours} if queue.older_than_hours else "",
        _("team %(team)s") % {"team": queue.team.name} if queue.team else "",
        _labels(Role, queue.roles),
    ]
    return format_html_join(" · ", "<bdi>{}</bdi>", ((part,) for part in parts if part))


def _labels(choices: type[Choices], values: Iterable[str]) -> str:
    return listed(choices(value).label for value in values)


def _severity(queue: Queue) -> str:
    if (queue.severity_from, queue.severity_to) == (1, 4):
        return ""
    return _("severity %(low)s to %(high)s") % {"low": queue.severity_from, "high": queue.severity_to}


def _followers(queue: Queue) -> str:
    bands = _labels(FollowerBand, queue.follower_bands)
    return _("followers: %(bands)s") % {"bands": bands} if bands else ""
