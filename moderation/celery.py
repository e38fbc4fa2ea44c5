"""The Celery app and its schedule. The broker only nudges: every sweep below finds by itself what a nudge lost."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moderation.settings")

app = Celery("caseload")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def every(seconds: float, task: str) -> dict[str, object]:
    """A beat entry: safe to run twice, and dropped when no worker took it before the next is due."""
    return {"task": task, "schedule": seconds, "options": {"expires": max(seconds, 5)}}


app.conf.beat_schedule = {
    "heartbeat": every(2, "moderation.tasks.heartbeat"),
    "dispatch due enforcements": every(1, "takedowns.tasks.dispatch_due"),
    "recover lost dispatch leases": every(5, "takedowns.tasks.recover_lost"),
    "settle unknown enforcements": every(2, "takedowns.tasks.settle_unknown"),
    "end temporary suspensions": every(20, "takedowns.tasks.end_suspensions"),
    "make pending decisions effective": every(1, "reviews.tasks.make_decisions_effective"),
    "end expired claims": every(10, "reviews.tasks.end_expired_claims"),
    "return held cases": every(10, "reviews.tasks.return_held_cases"),
    "carry on running batches": every(1, "reviews.tasks.run_batches"),
    "alert to legal orders": every(5, "reviews.tasks.alert_orders"),
    "tell of threats against staff": every(30, "reviews.tasks.tell_of_threats"),
    "ask platforms about accounts": every(2, "reviews.tasks.refresh_accounts"),
    "pull reports from platforms": every(10, "reviews.tasks.pull_reports"),
    "mail the duty contact": every(20, "reviews.tasks.mail_restrictions"),
    "deliver webhooks": every(1, "reviews.tasks.deliver_webhooks"),
    "note enforcements for webhooks": every(1, "reviews.tasks.note_enforcements"),
    "add up queues": every(5, "reviews.tasks.add_up_queues"),
    "watch for floods of flags": every(10, "reviews.tasks.watch_for_floods"),
    "purge first answers": every(600, "staff.tasks.purge_answers"),
    "make texts findable": every(5, "reviews.tasks.index_texts"),
    "refresh source precision": every(60, "reviews.tasks.refresh_precision"),
    "refresh statistics": every(10, "insights.tasks.refresh"),
}
