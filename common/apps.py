"""Wiring: the package's template tags, its lookups, and the problem types that the packages declare."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from common import lookups


class CommonConfig(AppConfig):
    name = "common"

    def ready(self) -> None:
        """Each package's `errors` is read, so that all problem types are declared; lists of ids are one parameter."""
        autodiscover_modules("errors")
        lookups.register()
