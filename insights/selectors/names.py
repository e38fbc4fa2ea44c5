"""What rows call things: people by pseudonym, platforms by slug, policies by code."""

from django.utils.translation import gettext as _

from accounts.models import Platform
from common.errors import Invalid
from insights.definitions import Definition
from staff.models import User


def key_names(dimension: str) -> dict[str, str]:
    """From the stored key of a group to what a row calls it; empty when the key itself is what it is called."""
    if dimension != "person":
        return {}
    return {str(pk): pseudonym for pk, pseudonym in User.objects.values_list("pk", "pseudonym")}


def check_platform(slug: str) -> None:
    """Raises Invalid for a platform that isn't known."""
    if slug and not Platform.objects.filter(slug=slug).exists():
        raise Invalid(_("platform: there is no platform %(slug)s.") % {"slug": slug}, fields={"platform": _("unknown")})


def refuse_platform(definition: Definition, slug: str) -> None:
    """Raises Invalid when a platform is named for a statistic that isn't counted by platform."""
    if slug:
        message = _("platform: %(name)s isn't counted by platform.") % {"name": definition.name}
        raise Invalid(message, fields={"platform": _("not for this statistic")})
