"""The topics, each with what is known of it at a glance."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, Min, Sum

from accounts.models import Topic
from insights.choices import TopicSource
from insights.models import TopicCell
from staff.actors import Actor
from staff.permissions import Permission


@dataclass(frozen=True)
class TopicLine:
    """A topic with the months known of it and its posts; None where nothing was counted."""

    topic: Topic
    first: date | None
    last: date | None
    posts: int | None


def topic_lines(actor: Actor) -> list[TopicLine]:
    """Every topic by title, from one source each: observations where there are any. Raises NotAllowed."""
    actor.require(Permission.SEE_STATISTICS)
    counted = TopicCell.objects.values("topic", "source").annotate(
        first=Min("month"), last=Max("month"), all_posts=Sum("posts")
    )
    known = {(one["topic"], one["source"]): one for one in counted}
    nothing: dict[str, Any] = {}
    lines = []
    for topic in Topic.objects.order_by("title"):
        one = known.get((topic.pk, TopicSource.OBSERVATIONS)) or known.get((topic.pk, TopicSource.TALLIES)) or nothing
        lines.append(TopicLine(topic, one.get("first"), one.get("last"), one.get("all_posts")))
    return lines
