"""Wiring of takedowns."""

from django.apps import AppConfig


class TakedownsConfig(AppConfig):
    name = "takedowns"
