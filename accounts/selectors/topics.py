"""Topics, read."""

from accounts.models import Topic
from common.errors import NotFound


def get_topic(slug: str) -> Topic:
    """The topic with this slug. Raises NotFound."""
    topic = Topic.objects.filter(slug=slug).first()
    if topic is None:
        raise NotFound(f"There is no topic {slug!r}.", fields={"topic": "not known here"})
    return topic
