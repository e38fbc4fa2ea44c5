"""Work that starts after the transaction has committed. Keeps Celery out of the core."""

from django.db import transaction
from django.utils.module_loading import import_string


def enqueue(path: str, *args: str | int) -> None:
    """Nudge the Celery task at dotted `path` once the current transaction commits.

    The row is the job: a nudge that gets lost (Redis gone) costs seconds, since a sweep finds the row. So a broker
    that cannot be reached is no error here.
    """

    def nudge() -> None:  # a function and no partial: Django names it when it logs that it failed
        _send(path, args)

    transaction.on_commit(nudge, robust=True)


def _send(path: str, args: tuple[str | int, ...]) -> None:
    import_string(path).apply_async(args=args, retry=False)
