"""The roof: settings, the Celery app and its schedule, the URLs, and how the processes start. Nothing imports it."""

from moderation.celery import app as celery_app

__all__ = ["celery_app"]
