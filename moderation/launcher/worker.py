"""The Celery worker as the launcher runs it: `python -m moderation.launcher.worker CONCURRENCY`.

Its pool processes end with it, even when it is killed with -9: what it was doing is taken up from the rows by a sweep,
and never goes on behind its successor's back.
"""

import gc
import signal
import sys

from celery.signals import worker_process_init

from moderation.celery import app
from moderation.launcher.bootstrap import end_with_parent


@worker_process_init.connect
def end_with_worker(**kwargs: object) -> None:
    """Runs in each pool process as it begins."""
    end_with_parent(signal.SIGKILL)
    # Thousands of rows are made and dropped in a task, none in a circle: looking for circles took a fifth of the time.
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


def main(concurrency: str) -> None:
    """Work until told to stop. No mingle and gossip: with one worker they only cost the start a second."""
    options = ["--without-mingle", "--without-gossip", "--hostname", "caseload@%h", "--loglevel", "INFO"]
    app.worker_main(["worker", "--concurrency", concurrency, *options])


if __name__ == "__main__":
    main(sys.argv[1])
