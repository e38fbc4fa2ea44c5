"""Policies, read."""

from django.db.models import QuerySet

from reviews.models import Policy


def active_policies() -> QuerySet[Policy]:
    """Every policy that can be claimed or decided under, in the order of the pages."""
    return Policy.objects.filter(is_active=True).order_by("position", "code")


def all_policies() -> QuerySet[Policy]:
    """Every policy, also those that are retired, in the order of the pages."""
    return Policy.objects.order_by("position", "code")
