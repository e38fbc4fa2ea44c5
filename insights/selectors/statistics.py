"""Statistics by name: who may ask, and which selector answers."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from common.errors import NotFound
from insights import definitions
from insights.choices import Part, TopicSource
from insights.definitions import Definition, Grouping
from insights.selectors import backlog, flags, review, topic_accounts, topic_posts
from insights.selectors.answers import Asked, Statistic, grouping, refreshed_at
from insights.selectors.names import check_platform
from staff.actors import Actor
from staff.permissions import Permission

Answer = Callable[[Definition, Grouping, Asked, datetime], Statistic]
_ANSWERS: Final[dict[str, Answer]] = {
    "decisions": review.decisions,
    "backlog": backlog.backlog,
    "time-to-decision": review.spread,
    "followers-at-detection": review.spread,
    "flags": flags.flags,
    "topic-posts": topic_posts.posts,
    "topic-active-accounts": topic_posts.active_accounts,
    "topic-change": topic_posts.change,
    "topic-ratio": topic_posts.stance_ratio,
    "topic-languages": topic_posts.languages,
    "topic-followers": topic_accounts.followers,
    "topic-accounts": topic_accounts.accounts,
    "topic-platform-suspended": topic_accounts.platform_suspended,
}


def get_statistic(actor: Actor, name: str, asked: Asked) -> Statistic:
    """The statistic `name`, as last counted; nothing is counted here.

    Raises NotAllowed (by person it takes the right to see who does what), NotFound for an unknown name, Invalid naming
    the field that doesn't fit.
    """
    actor.require(Permission.SEE_STATISTICS)
    definition = get_definition(name)
    group_by = grouping(definition, asked)
    if "person" in group_by:
        actor.require(Permission.SEE_WORKLOAD)
    check_platform(asked.platform)
    as_of = refreshed_at(definition.part)
    if as_of is None:
        return Statistic(definition=definition, group_by=group_by, refreshed_at=None)
    found = _ANSWERS[name](definition, group_by, asked, as_of)
    return _as_of_its_source(found)


def get_definition(name: str) -> Definition:
    """The definition in force. Raises NotFound."""
    found = definitions.BY_NAME.get(name)
    if found is None:
        known = ", ".join(definitions.BY_NAME)
        raise NotFound(
            _("There is no statistic %(name)s. There are: %(known)s.") % {"name": name, "known": known},
            code="unknown-statistic",
        )
    return found


def _as_of_its_source(found: Statistic) -> Statistic:
    """A topic counted from tallies is as fresh as these."""
    if found.source != TopicSource.TALLIES:
        return found
    return replace(found, refreshed_at=refreshed_at(Part.TALLIES) or found.refreshed_at)
