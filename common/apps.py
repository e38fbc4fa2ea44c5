"""Wiring: the package's template tags, and the problem types that the packages declare."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CommonConfig(AppConfig):
    name = "common"

    def ready(self) -> None:
        """Each package's `errors` is read, so that all problem types are declared."""
        autodiscover_modules("errors")
