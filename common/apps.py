"""Wiring; the package is an app only for its template tags."""

from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "common"
