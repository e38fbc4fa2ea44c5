"""Topics, read."""

from django.utils.translation import gettext as _

from accounts.models import Topic
from common.errors import NotFound


def get_topic(slug: str) -> Topic:
    """The topic with this slug. Raises NotFound."""
    topic = Topic.objects.filter(slug=slug).first()
    if topic is None:
        raise NotFound(_("There is no topic %(slug)s.") % {"slug": repr(slug)}, fields={"topic": _("not known here")})
    return topic
