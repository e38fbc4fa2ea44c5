"""Entries, searched. Who may read them is the caller's question: the log knows no roles."""

from datetime import datetime

from django.db.models import QuerySet

from audit.models import Entry


def entries(
    *,
    subjects: list[str] | None = None,
    actor: str = "",
    action: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> QuerySet[Entry]:
    """Entries about all of `subjects`, by `actor` (its key), with `action` (a code, or a prefix ending in a dot),
    recorded in [since, until); newest first."""
    found = Entry.objects.order_by("-id")
    if subjects:
        found = found.filter(subjects__contains=subjects)
    if actor:
        found = found.filter(actor=actor) | found.filter(on_behalf_of=actor)
    if action:
        found = found.filter(action__startswith=action) if action.endswith(".") else found.filter(action=action)
    if since:
        found = found.filter(recorded_at__gte=since)
    if until:
        found = found.filter(recorded_at__lt=until)
    return found
