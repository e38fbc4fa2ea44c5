"""Threats against staff, read."""

from uuid import UUID

from django.db.models import F, OuterRef, QuerySet
from django.utils.translation import gettext as _

from common.errors import NotFound
from reviews.models import Threat
from reviews.selectors import lanes
from staff.actors import Actor
from staff.permissions import Permission


def threats_visible_to(actor: Actor) -> QuerySet[Threat]:
    """Every threat that was raised: those that nobody has seen to first, then the newest. Raises NotAllowed."""
    actor.require(Permission.SEE_THREATS)
    rows = Threat.objects.select_related("raised_by", "acknowledged_by")
    return rows.order_by(F("acknowledged_at").desc(nulls_first=True), "-raised_at", "pk")


def get_threat(actor: Actor, threat_id: UUID) -> Threat:
    """The threat. Raises NotAllowed, NotFound."""
    threat = threats_visible_to(actor).select_related("case__lane").filter(pk=threat_id).first()
    if threat is None:
        raise NotFound(_("There is no threat with this id."))
    return threat


def shows_words(actor: Actor, threat: Threat) -> bool:
    """Whether the actor is cleared for what was said of the case: a threat in restricted material is known to all who
    see threats, its words are not. Takes a threat of `get_threat`."""
    return lanes.is_cleared(actor, threat.case.lane)


def alerting(actor: Actor) -> list[Threat]:
    """Threats that nobody has seen to, the oldest first; none for those who don't answer them."""
    if Permission.ANSWER_THREATS not in actor.may:
        return []
    return list(Threat.objects.filter(acknowledged_at=None).order_by("raised_at", "pk"))


def newest_on_case() -> QuerySet[Threat]:
    """The newest threat on the case of an outer query."""
    return Threat.objects.filter(case=OuterRef("pk")).order_by("-raised_at", "-pk")
