"""Platforms, read."""

from typing import Final

from django.utils.translation import gettext as _

from accounts.models import Platform
from common.encryption import decrypt
from common.errors import NotFound

SECRET: Final = "platform secret"  # noqa: S105  # what `common.encryption` keeps it under, not the secret


def get_platform(slug: str) -> Platform:
    """The platform. Raises NotFound."""
    if platform := Platform.objects.filter(slug=slug).first():
        return platform
    raise NotFound(_("There is no platform %(slug)s.") % {"slug": repr(slug)})


def secret_of(platform: Platform) -> str:
    """The platform's secret in the clear; empty without one. Raises `common.encryption.Unreadable`."""
    return decrypt(platform.secret, purpose=SECRET) if platform.secret else ""
