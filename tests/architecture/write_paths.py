"""Every way to write: what it is called, a try at it, and the action that the log must hold afterwards.

A new page with a form, a call that isn't a GET, a task or a command gets its row here, or a line in SILENT with the
reason why nothing of record comes of it.
"""

import json
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client, override_settings
from django.urls import reverse

from common import clock
from moderation.celery import app
from reviews.choices import CaseState
from reviews.models import Case
from reviews.rules import flood
from reviews.services import batches, intake, running
from reviews.services.facts import LegalBasis
from staff.choices import SourceKind
from takedowns.connectors import connector_for, reach_of
from takedowns.connectors.reports import Pulled, Report
from takedowns.models import Enforcement
from takedowns.services import leasing
from tests.architecture.doors import Page, pages
from tests.architecture.pages import TOGETHER, ask
from tests.architecture.world import World
from tests.calls import Api, a_batch_body, a_decision_body, a_flag_body, a_tally_body, account_path, an_account_body
from tests.cast import PASSWORD, a_case, a_client, a_decision, a_flag, a_policy, flag_facts
from tests.takedowns.builders import in_state

Try = Callable[[World], Any]
_an_hour = timedelta(hours=1)

SILENT = {
    "task moderation.tasks.heartbeat": "a sign of life in Redis",
    "task staff.tasks.purge_answers": "an Idempotency-Key is transport: what its call did is in the log",
    "task insights.tasks.refresh": "figures that follow from rows, which are in the log",
    "task reviews.tasks.add_up_queues": "adds up counts of rows; the rows' changes are in the log",
    "task reviews.tasks.deliver_webhooks": "each try is a row of its own, shown on the delivery's page",
    "task reviews.tasks.note_enforcements": "passes on what is in the log: enforcement.applied",
    "task reviews.tasks.index_texts": "makes findable what is in the log: flags, and the posts they brought",
    "command doctor": "reads",
    "command messages": "gathers words of the code into files; no database",
    "command simulator": "another program: the platform, with no database of ours",
}


# ── pages ────────────────────────────────────────────────────────────────────────────────────────────────
def _post(name: str, who: str = "moderator") -> Try:
    return lambda world: ask(world, _page(name), "POST", world.cast.everyone[who].user)


def _page(name: str) -> Page:
    return next(page for page in pages() if page.name == name)


def _ask_for_a_batch(world: World) -> None:
    client = Client()
    client.force_login(world.cast.moderator.person())
    file = SimpleUploadedFile("list.csv", f"platform,external_id\nsimulator,{world.account.external_id}\n".encode())
    said = {"title": "B", "outcome": "suspend", "policy": a_policy().code, "length": "0", "reason": "It is so."}
    client.post(reverse("reviews:batch-new"), said | {"expected_count": "1", "accounts": file})


def _decide_together(world: World) -> None:
    waiting = Case.objects.filter(state=CaseState.WAITING).count()
    said = TOGETHER | {"expected_count": str(waiting)}
    client = Client()
    client.force_login(world.cast.moderator.person())
    client.post(reverse("reviews:case-together"), said)


def _search(world: World) -> None:
    client = Client()
    client.force_login(world.cast.auditor.person())
    client.get(reverse("reviews:case-list"), {"q": "city news"})


def _enable_an_endpoint(world: World) -> None:
    for name in ("reviews:webhook-disable", "reviews:webhook-enable"):
        _post(name, "administrator")(world)


def _sign_in(world: World) -> None:
    Client().post(reverse("account_login"), {"login": "moderator", "password": PASSWORD})


def _sign_out(world: World) -> None:
    client = Client()
    client.force_login(world.cast.moderator.person())
    client.post(reverse("account_logout"))


def _suspend(world: World) -> None:
    _post("reviews:source-warn", "supervisor")(world)
    _post("reviews:source-suspend", "supervisor")(world)


def _restore(world: World) -> None:
    _suspend(world)
    _post("reviews:source-restore", "administrator")(world)


def _refresh(world: World) -> None:
    """About another case than the one that is asked about already."""
    client = Client()
    client.force_login(world.cast.moderator.person())
    client.post(reverse("reviews:case-refresh", args=[world.held.pk]))


def _revoke(world: World) -> None:
    _post("reviews:award-enter", "supervisor")(world)
    _post("reviews:award-revoke", "supervisor")(world)


def _stop_and_lift(world: World) -> None:
    _post("takedowns:dispatch-stop", "supervisor")(world)
    _post("takedowns:dispatch-lift", "administrator")(world)


def _pause_and_resume(world: World) -> None:
    _post("reviews:order-pause", "supervisor")(world)
    _post("reviews:order-resume", "supervisor")(world)


def _page_on_the_batch(gesture: str, *before: str) -> Try:
    """The gesture on the page of the world's batch, once it runs, after those that it needs."""

    def do(world: World) -> None:
        for name in ("start", *before, gesture):
            _post(f"reviews:batch-{name}")(world)

    return do


def _end_the_batch(world: World, state: str) -> None:
    """The world's batch is finished; its account's enforcement is `state`."""
    batches.start(world.cast.moderator, batch_id=world.batch.pk)
    running.run(world.batch.pk)
    in_state(Enforcement.objects.get(wave=world.batch.wave), state)
    Enforcement.objects.filter(wave=world.batch.wave).update(finished_at=clock.now())
    running.run(world.batch.pk)


def _retry_on_the_page(world: World) -> None:
    _end_the_batch(world, "failed")
    _post("reviews:batch-retry")(world)


def _revert_on_the_page(world: World) -> None:
    _end_the_batch(world, "applied")
    _post("reviews:batch-revert")(world)


PAGE_WRITES: dict[str, tuple[Try, str]] = {
    "page account_login": (_sign_in, "person.signed_in"),
    "page account_logout": (_sign_out, "person.signed_out"),
    "page language-choose": (_post("language-choose"), "person.language_chosen"),
    "page reviews:queue-next": (_post("reviews:queue-next", "moderator2"), "case.claimed"),  # who holds no case
    "page reviews:case-claim": (_post("reviews:case-claim"), "case.claimed"),
    "page reviews:case-restrict": (_post("reviews:case-restrict"), "case.restricted"),
    "page reviews:case-move": (_post("reviews:case-move"), "case.moved"),
    "page reviews:case-refresh": (_refresh, "case.refresh_asked"),
    "page reviews:restriction-acknowledge": (_post("reviews:restriction-acknowledge"), "restriction.acknowledged"),
    "page reviews:restriction-lift": (_post("reviews:restriction-lift", "supervisor"), "restriction.lifted"),
    "page reviews:case-renew": (_post("reviews:case-renew"), "case.claim_renewed"),
    "page reviews:case-release": (_post("reviews:case-release"), "case.released"),
    "page reviews:case-skip": (_post("reviews:case-skip"), "case.skipped"),
    "page reviews:case-hold": (_post("reviews:case-hold"), "case.held"),
    "page reviews:case-escalate": (_post("reviews:case-escalate"), "case.escalated"),
    "page reviews:case-answer": (_post("reviews:case-answer", "senior"), "case.answered"),
    "page reviews:case-hand": (_post("reviews:case-hand", "supervisor"), "case.handed_over"),
    "page reviews:case-take-back": (_post("reviews:case-take-back", "supervisor"), "case.taken_back"),
    "page reviews:case-decide": (_post("reviews:case-decide"), "decision.made"),
    "page reviews:case-ahead": (_post("reviews:case-ahead"), "case.sent_ahead"),
    "page reviews:note-write": (_post("reviews:note-write"), "note.written"),
    "page reviews:note-edit": (_post("reviews:note-edit"), "note.edited"),
    "page reviews:mention-open": (_post("reviews:mention-open", "supervisor"), "mention.opened"),
    "page reviews:draft-keep": (_post("reviews:draft-keep"), "case.draft_kept"),
    "page reviews:case-together": (_decide_together, "batch.planned"),
    "page reviews:view-save": (_post("reviews:view-save"), "view.saved"),
    "page reviews:view-change": (_post("reviews:view-change"), "view.changed"),
    "page reviews:view-delete": (_post("reviews:view-delete", "supervisor"), "view.deleted"),
    "page reviews:decision-undo": (_post("reviews:decision-undo"), "decision.undone"),
    "page reviews:proposal-approve": (_post("reviews:proposal-approve"), "decision.approved"),
    "page reviews:proposal-refuse": (_post("reviews:proposal-refuse", "senior"), "decision.refused"),
    "page reviews:proposal-withdraw": (_post("reviews:proposal-withdraw", "moderator2"), "decision.withdrawn"),
    "page takedowns:dispatch-stop": (_post("takedowns:dispatch-stop", "supervisor"), "dispatch.stopped"),
    "page takedowns:dispatch-lift": (_stop_and_lift, "dispatch.resumed"),
    "page reviews:rule-list": (_post("reviews:rule-list", "supervisor"), "rule.set"),
    "page reviews:rule-humane": (_post("reviews:rule-humane", "supervisor"), "rule.set"),
    "page reviews:preference-edit": (_post("reviews:preference-edit", "auditor"), "person.preferences_changed"),
    "page reviews:lighter-begin": (_post("reviews:lighter-begin"), "person.preferences_changed"),
    "page reviews:lighter-end": (_post("reviews:lighter-end"), "person.preferences_changed"),
    "page reviews:batch-new": (_ask_for_a_batch, "batch.planned"),
    "page reviews:batch-approve": (_post("reviews:batch-approve", "supervisor"), "batch.approved"),
    "page reviews:batch-start": (_post("reviews:batch-start"), "batch.started"),
    "page reviews:batch-export": (_post("reviews:batch-export", "auditor"), "batch.exported"),
    "page reviews:batch-cancel": (_post("reviews:batch-cancel"), "batch.cancelled"),
    "page reviews:batch-pause": (_page_on_the_batch("pause"), "batch.paused"),
    "page reviews:batch-resume": (_page_on_the_batch("resume", "pause"), "batch.resumed"),
    "page reviews:batch-retry": (_retry_on_the_page, "batch.retried"),
    "page reviews:batch-revert": (_revert_on_the_page, "batch.revert_asked"),
    "page reviews:order-acknowledge": (_post("reviews:order-acknowledge", "supervisor"), "order.acknowledged"),
    "page reviews:order-pause": (_post("reviews:order-pause", "supervisor"), "order.paused"),
    "page reviews:order-resume": (_pause_and_resume, "order.resumed"),
    "page reviews:order-extend": (_post("reviews:order-extend", "supervisor"), "order.hold_extended"),
    "page reviews:case-threat": (_post("reviews:case-threat"), "threat.raised"),
    "page reviews:threat-acknowledge": (_post("reviews:threat-acknowledge", "supervisor"), "threat.acknowledged"),
    "page reviews:source-warn": (_post("reviews:source-warn", "supervisor"), "source.warned"),
    "page reviews:source-suspend": (_suspend, "source.suspended"),
    "page reviews:source-restore": (_restore, "source.restored"),
    "page reviews:queue-new": (_post("reviews:queue-new", "supervisor"), "queue.created"),
    "page reviews:queue-edit": (_post("reviews:queue-edit", "supervisor"), "queue.changed"),
    "page reviews:queue-remove": (_post("reviews:queue-remove", "supervisor"), "queue.removed"),
    "page reviews:person-edit": (_post("reviews:person-edit", "administrator"), "person.changed"),
    "page reviews:organisation-new": (_post("reviews:organisation-new", "supervisor"), "organisation.created"),
    "page reviews:organisation-detail": (_post("reviews:organisation-detail", "supervisor"), "organisation.changed"),
    "page reviews:award-enter": (_post("reviews:award-enter", "administrator"), "award.granted"),
    "page reviews:award-revoke": (_revoke, "award.revoked"),
    "page reviews:webhook-new": (_post("reviews:webhook-new", "administrator"), "endpoint.created"),
    "page reviews:webhook-edit": (_post("reviews:webhook-edit", "administrator"), "endpoint.changed"),
    "page reviews:webhook-rotate": (_post("reviews:webhook-rotate", "administrator"), "secret.rotated"),
    "page reviews:webhook-disable": (_post("reviews:webhook-disable", "administrator"), "endpoint.disabled"),
    "page reviews:webhook-enable": (_enable_an_endpoint, "endpoint.enabled"),
    "page reviews:webhook-test": (_post("reviews:webhook-test", "administrator"), "endpoint.tested"),
    "page reviews:webhook-replay": (_post("reviews:webhook-replay", "supervisor"), "endpoint.replayed"),
    "page reviews:webhook-resend": (_post("reviews:webhook-resend", "supervisor"), "delivery.replayed"),
    "page insights:statistics-export": (_post("insights:statistics-export", "auditor"), "statistic.exported"),
    "page insights:audit-export": (_post("insights:audit-export", "auditor"), "audit.exported"),
}


# ── calls ────────────────────────────────────────────────────────────────────────────────────────────────
def _call(method: str, path: str, body: Callable[[World], Any] = lambda world: None) -> Try:
    return lambda world: Api(world.cast.key).send(method, path.format(**_places(world)), body(world))


def _places(world: World) -> dict[str, Any]:
    return world.arguments | {"held_id": world.held.pk, "account": account_path(world.account.external_id)}


def _holder(world: World) -> dict[str, Any]:
    return {"staff": "moderator", "claim_token": world.token}


def _decision(world: World) -> dict[str, Any]:
    return a_decision_body({"claim": {"token": world.token}, "case": {"evidence_version": 1}})


def _moderator(world: World) -> dict[str, Any]:
    return {"staff": "moderator"}


def _reverse(world: World) -> dict[str, Any]:
    return {"staff": "senior", "reason": "It was wrong."}


def _batch(world: World) -> dict[str, Any]:
    return a_batch_body(world.account.external_id)


def _on_the_batch(gesture: str, *before: str) -> Try:
    """The gesture on the world's batch, after those that it needs."""

    def do(world: World) -> None:
        for name in (*before, gesture):
            _call("POST", f"/batches/{{batch_id}}/{name}", _moderator)(world)

    return do


def _retry_the_batch(world: World) -> None:
    _end_the_batch(world, "failed")
    _on_the_batch("retry")(world)


def _revert_the_batch(world: World) -> None:
    _end_the_batch(world, "applied")
    said = {"staff": "moderator", "reason": "It was wrong."}
    _call("POST", "/batches/{batch_id}/revert", lambda world: said)(world)


ASKED = {"queue": "everything", "question": "Is this satire?"}
CALL_WRITES: dict[str, tuple[Try, str]] = {
    "POST /api/v1/flags": (_call("POST", "/flags", lambda world: a_flag_body()), "flag.received"),
    "POST /api/v1/flags/bulk": (_call("POST", "/flags/bulk", lambda world: [a_flag_body()]), "flag.received"),
    "POST /api/v1/flags/{flag_id}/withdraw": (_call("POST", "/flags/{flag_id}/withdraw"), "flag.withdrawn"),
    "PUT /api/v1/accounts/{platform}/{external_id}": (
        _call("PUT", "{account}", lambda world: {"handle": "new"}),
        "account.written",
    ),
    "POST /api/v1/accounts/bulk": (
        _call("POST", "/accounts/bulk", lambda world: [an_account_body()]),
        "account.written",
    ),
    "POST /api/v1/activity/bulk": (_call("POST", "/activity/bulk", lambda world: [a_tally_body()]), "topic.tallied"),
    "POST /api/v1/queue/next": (_call("POST", "/queue/next", _moderator), "case.claimed"),
    "POST /api/v1/cases/{case_id}/claim": (_call("POST", "/cases/{case_id}/claim", _moderator), "case.claimed"),
    "POST /api/v1/cases/{case_id}/renew": (_call("POST", "/cases/{held_id}/renew", _holder), "case.claim_renewed"),
    "POST /api/v1/cases/{case_id}/release": (_call("POST", "/cases/{held_id}/release", _holder), "case.released"),
    "POST /api/v1/cases/{case_id}/skip": (_call("POST", "/cases/{held_id}/skip", _holder), "case.skipped"),
    "POST /api/v1/cases/{case_id}/hold": (
        _call("POST", "/cases/{held_id}/hold", lambda world: _holder(world) | {"reason": "Later."}),
        "case.held",
    ),
    "POST /api/v1/cases/{case_id}/escalate": (
        _call("POST", "/cases/{held_id}/escalate", lambda world: _holder(world) | ASKED),
        "case.escalated",
    ),
    "POST /api/v1/cases/{case_id}/decision": (_call("POST", "/cases/{held_id}/decision", _decision), "decision.made"),
    "POST /api/v1/decisions/{decision_id}/undo": (
        _call("POST", "/decisions/{decision_id}/undo", _moderator),
        "decision.undone",
    ),
    "POST /api/v1/decisions/{decision_id}/reverse": (
        _call("POST", "/decisions/{decision_id}/reverse", _reverse),
        "decision.reversed",
    ),
    "POST /api/v1/batches": (_call("POST", "/batches", _batch), "batch.planned"),
    "POST /api/v1/batches/{batch_id}/start": (_call("POST", "/batches/{batch_id}/start", _moderator), "batch.started"),
    "POST /api/v1/batches/{batch_id}/pause": (_on_the_batch("pause", "start"), "batch.paused"),
    "POST /api/v1/batches/{batch_id}/resume": (_on_the_batch("resume", "start", "pause"), "batch.resumed"),
    "POST /api/v1/batches/{batch_id}/retry": (_retry_the_batch, "batch.retried"),
    "POST /api/v1/batches/{batch_id}/revert": (_revert_the_batch, "batch.revert_asked"),
    "POST /api/v1/batches/{batch_id}/cancel": (
        _call("POST", "/batches/{batch_id}/cancel", _moderator),
        "batch.cancelled",
    ),
}
# Looking is a deed, too.
LOOKS: dict[str, tuple[Try, str]] = {
    "page reviews:case-posts": (
        lambda world: ask(world, _page("reviews:case-posts"), "GET", world.cast.auditor.user),
        "evidence.searched",
    ),
    "page reviews:case-list": (_search, "case.searched"),
    "GET /api/v1/cases": (_call("GET", "/cases?q=city"), "case.searched"),
    "page reviews:case-detail": (
        lambda world: ask(world, _page("reviews:case-detail"), "GET", world.cast.auditor.user),
        "case.viewed",
    ),
    "page reviews:proposal-detail": (
        lambda world: ask(world, _page("reviews:proposal-detail"), "GET", world.cast.auditor.user),
        "case.viewed",
    ),
    "GET /api/v1/cases/{case_id}": (_call("GET", "/cases/{case_id}"), "case.viewed"),
}


# ── tasks ────────────────────────────────────────────────────────────────────────────────────────────────
def _task(name: str, *arguments: str, after_seconds: int = 0, first: Try = lambda world: None) -> Try:
    def run(world: World) -> None:
        first(world)
        app.loader.import_default_modules()
        given = [str(getattr(world, argument).pk) for argument in arguments]
        with clock.moved(seconds=after_seconds):
            app.tasks[name](*given)

    return run


def _start_the_batch(world: World) -> Any:
    return batches.start(world.cast.moderator, batch_id=world.batch.pk)


def _sending(world: World) -> None:
    """The suspension is being sent by a worker that will not answer."""
    with clock.moved(seconds=31):
        leasing.lease(world.account.platform, world.case.pk, limit=5, seconds=30)


def _unknown(world: World) -> None:
    _sending(world)
    _task("takedowns.tasks.recover_lost", after_seconds=100)(world)


def _applied_for_a_while(world: World) -> None:
    a_decision(world.cast.moderator, case=a_case(), until=clock.now() + _an_hour)
    _task("takedowns.tasks.dispatch_due", after_seconds=31)(world)


def _flood(world: World) -> None:
    intake.submit(world.cast.client, [flag_facts() for _ in range(flood.FLOOR + 1)])


def _somebody_on_duty(world: World) -> None:
    settings.CASELOAD["DUTY_CONTACTS"] = ["duty@example.org"]


def _order(world: World) -> None:
    due = clock.now() + _an_hour
    a_flag(legal_basis=LegalBasis(order_id="A 1", authority="An authority", deadline=due))


def _tell_of_threats(world: World) -> None:
    with override_settings(CASELOAD=settings.CASELOAD | {"SECURITY_CONTACTS": ["security@example.org"]}):
        _task("reviews.tasks.tell_of_threats")(world)


def _start_a_feed(world: World) -> None:
    """The world's platform tells one report."""
    told = Report(id="1", external_id="r:1", handle="r", reporter="s", reason="It is so.", reported_at=clock.now())
    platform = world.account.platform
    connector: Any = connector_for(platform.connector, reach_of(platform))
    connector.pull_reports = lambda cursor: Pulled(reports=(told,), cursor="1", is_last=True)
    a_client("Users", SourceKind.USER_REPORT)
    arguments = ["start", platform.slug, "--policy", a_policy().code, "--client", "Users"]
    call_command("reports", *arguments, stdout=StringIO())


TASK_WRITES: dict[str, tuple[Try, str]] = {
    "task reviews.tasks.make_decisions_effective": (
        _task("reviews.tasks.make_decisions_effective", after_seconds=31),
        "decision.effective",
    ),
    "task reviews.tasks.end_expired_claims": (
        _task("reviews.tasks.end_expired_claims", after_seconds=301),
        "case.claim_expired",
    ),
    "task reviews.tasks.return_held_cases": (
        _task("reviews.tasks.return_held_cases", after_seconds=25 * 3600, first=_post("reviews:case-hold")),
        "case.hold_ended",
    ),
    "task reviews.tasks.run_batch": (
        _task("reviews.tasks.run_batch", "batch", first=_start_the_batch),
        "decision.made",
    ),
    "task reviews.tasks.run_batches": (_task("reviews.tasks.run_batches", first=_start_the_batch), "decision.made"),
    "task reviews.tasks.refresh_precision": (_task("reviews.tasks.refresh_precision"), "source.precision_refreshed"),
    "task reviews.tasks.tell_of_threats": (_tell_of_threats, "threat.told"),
    "task reviews.tasks.alert_orders": (
        _task("reviews.tasks.alert_orders", after_seconds=1801, first=_order),
        "order.alerted",
    ),
    "task reviews.tasks.refresh_accounts": (_task("reviews.tasks.refresh_accounts"), "case.refreshed"),
    "task reviews.tasks.mail_restrictions": (
        _task("reviews.tasks.mail_restrictions", first=_somebody_on_duty),
        "restriction.mailed",
    ),
    "task reviews.tasks.pull_reports": (_task("reviews.tasks.pull_reports", first=_start_a_feed), "flag.received"),
    "task reviews.tasks.watch_for_floods": (
        _task("reviews.tasks.watch_for_floods", first=_flood),
        "source.flood_began",
    ),
    "task takedowns.tasks.dispatch_due": (
        _task("takedowns.tasks.dispatch_due", after_seconds=31),
        "enforcement.applied",
    ),
    "task takedowns.tasks.recover_lost": (
        _task("takedowns.tasks.recover_lost", after_seconds=100, first=_sending),
        "enforcement.became_unknown",
    ),
    "task takedowns.tasks.settle_unknown": (
        _task("takedowns.tasks.settle_unknown", after_seconds=400, first=_unknown),
        "enforcement.applied",
    ),
    "task takedowns.tasks.end_suspensions": (
        _task("takedowns.tasks.end_suspensions", after_seconds=4000, first=_applied_for_a_while),
        "enforcement.requested",
    ),
}


# ── commands ─────────────────────────────────────────────────────────────────────────────────────────────
def _command(name: str, *arguments: str, **options: Any) -> Try:
    return lambda world: call_command(name, *arguments, stdout=StringIO(), stderr=StringIO(), **options)


def _import(world: World) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "accounts.ndjson"
        file.write_text('{"external_id": "new", "handle": "new", "platform": "simulator"}\n')
        call_command("import", "accounts", str(file), stdout=StringIO(), stderr=StringIO())


_SAMPLE_PEOPLE = ("moderator", "moderator2", "supervisor", "auditor", "administrator")


def _approve_at_the_shell(world: World) -> None:
    wanted = batches.Plan(
        title="B",
        outcome="suspend",
        policy=a_policy().code,
        reason="It is so.",
        expected_count=1,
        accounts=[(world.account.platform.slug, world.account.external_id)],
    )
    batch = batches.plan(world.cast.moderator, wanted)
    call_command("batch", "approve", str(batch.pk), "--as", "supervisor", stdout=StringIO())


def _load_sample(world: World) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "passwords.json"
        file.write_text(json.dumps(dict.fromkeys(_SAMPLE_PEOPLE, PASSWORD)))
        call_command("load_sample", "--passwords", str(file), stdout=StringIO(), stderr=StringIO())


COMMAND_WRITES: dict[str, tuple[Try, str]] = {
    "command client": (
        _command("client", "create", "New", "--kind", "automated", "--scopes", "flags:write"),
        "client.created",
    ),
    "command person": (_command("person", "create", "new", "--role", "moderator"), "person.created"),
    "command starters": (_command("starters"), "policy.installed"),
    "command queues": (_command("queues", "recount"), "queues.recounted"),
    "command batch": (_approve_at_the_shell, "batch.approved"),
    "command platform": (_command("platform", "create", "new", "--connector", "simulator"), "platform.created"),
    "command webhook": (
        _command("webhook", "create", "Cast client", "https://1.1.1.1/shell", "--events", "case.decided"),
        "endpoint.created",
    ),
    "command reports": (_start_a_feed, "report_feed.started"),
    "command import": (_import, "import.finished"),
    "command load_sample": (_load_sample, "import.finished"),
    "command statistics": (_command("statistics", "rebuild"), "statistics.rebuilt"),
}
ALL = PAGE_WRITES | CALL_WRITES | LOOKS | TASK_WRITES | COMMAND_WRITES
