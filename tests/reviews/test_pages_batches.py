"""The batch pages: asking, the dry run, another person's yes, progress."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from audit.models import Entry
from common import clock
from reviews.choices import BatchState, CaseState
from reviews.models import Batch
from reviews.services import running
from takedowns.models import Enforcement
from tests.cast import Cast, a_policy, an_account
from tests.takedowns.builders import in_state

pytestmark = pytest.mark.django_db
NEW = "/batches/new/"


def a_list(*external_ids: str, header: str = "platform,external_id") -> SimpleUploadedFile:
    lines = [header, *(f"simulator,{external_id}" for external_id in external_ids)]
    return SimpleUploadedFile("list.csv", "\n".join(lines).encode())


def said(accounts: SimpleUploadedFile, **changes: object) -> dict[str, object]:
    form = {
        "title": "Wave 3",
        "outcome": "suspend",
        "policy": a_policy().code,
        "length": "0",
        "reason": "It is so.",
        "expected_count": "2",
        "accounts": accounts,
    }
    return form | changes


def ask(browser, **changes: object) -> Batch:
    accounts = a_list(an_account().external_id, an_account(protected_class="journalist").external_id)
    answer = browser.post(NEW, said(accounts, **changes))
    assert answer.status_code == 302, answer.context["form"].errors
    return Batch.objects.get()


def test_the_dry_run_is_broken_down_in_words(signed_in, cast: Cast):
    browser = signed_in(cast.moderator)
    page = browser.get(reverse("reviews:batch-detail", args=[ask(browser).pk]))
    assert page.context["breakdown"] == [
        ("By platform", [("simulator", 1)]),
        ("By language", [("English", 1)]),
        ("By followers", [("Under 1,000", 1)]),
        ("On the list, by protection", [("Not protected", 1), ("Journalist", 1)]),
    ]


def test_whose_approval_ran_out_is_approved_again(signed_in, cast: Cast, settings):
    settings.CASELOAD = settings.CASELOAD | {"BATCH_APPROVAL_SIZE": 0}
    batch = ask(signed_in(cast.moderator))
    browser = signed_in(cast.supervisor)
    for gesture in ("approve", "pause"):
        browser.post(reverse(f"reviews:batch-{gesture}", args=[batch.pk]))
    Batch.objects.update(approval_expires_at=clock.now())
    page = browser.get(reverse("reviews:batch-detail", args=[batch.pk]))
    assert (page.context["may_resume"], page.context["may_approve"]) == (False, True)
    assert b"Approve again" in page.content
    browser.post(reverse("reviews:batch-approve", args=[batch.pk]))
    assert Batch.objects.get().state == BatchState.RUNNING


def test_asking_shows_the_dry_run(signed_in, cast: Cast):
    browser = signed_in(cast.moderator)
    batch = ask(browser)
    page = browser.get(reverse("reviews:batch-detail", args=[batch.pk]))
    assert (batch.state, batch.counts["to_enforce"]) == (BatchState.PLANNED, 1)
    assert b"Protected, to be decided one by one" in page.content


def test_a_wrong_count_is_refused_beside_its_field(signed_in, cast: Cast):
    browser = signed_in(cast.moderator)
    page = browser.post(NEW, said(a_list(an_account().external_id), expected_count="400"))
    assert page.status_code == 422
    assert "expected_count" in page.context["form"].errors
    assert not Batch.objects.exists()


@pytest.mark.parametrize(
    ("accounts", "fault"),
    [
        (a_list("a", header="who,what"), "external_id, platform"),
        (SimpleUploadedFile("list.ndjson", b'{"platform": "simulator"}'), "Line 1 lacks a value"),
        (SimpleUploadedFile("list.ndjson", b'{"platform": "s", "external_id": "1"}\n[1]'), "Line 2 is no JSON object"),
        (a_list(), "lists no account"),
        (a_list("a", ""), "Line 3"),
        (SimpleUploadedFile("list.csv", b"\xff\xfe\x00"), "UTF-8"),
    ],
)
def test_a_bad_file_is_explained(signed_in, cast: Cast, accounts: SimpleUploadedFile, fault: str):
    accounts.seek(0)
    page = signed_in(cast.moderator).post(NEW, said(accounts))
    assert fault in str(page.context["form"].errors["accounts"])


def listed_by(browser, name: str, text: str) -> list[str]:
    """The external ids on the list that this file makes."""
    count = str(len([line for line in text.splitlines() if line.strip()]) - name.endswith(".csv"))
    answer = browser.post(NEW, said(SimpleUploadedFile(name, text.encode()), expected_count=count))
    assert answer.status_code == 302, answer.context["form"].errors
    return list(Batch.objects.get().items.order_by("position").values_list("external_id", flat=True))


def test_a_list_may_be_ndjson(signed_in, cast: Cast):
    ids = [an_account().external_id, an_account().external_id]
    lines = [f'{{"platform": "simulator", "external_id": "{one}", "note": 1}}' for one in ids]
    assert listed_by(signed_in(cast.moderator), "list.ndjson", "\n".join([*lines, ""])) == ids


def test_a_list_may_name_handles(signed_in, cast: Cast):
    account = an_account(handle="City_News")
    text = "platform,handle\nsimulator,@city_news\nsimulator,nobody_at_all\n"
    assert listed_by(signed_in(cast.moderator), "list.csv", text) == [account.external_id, "@nobody_at_all"]
    assert Batch.objects.get().counts["left_out"] == {"unknown_account": 1}


def test_a_handle_that_two_accounts_have_is_refused(signed_in, cast: Cast):
    for _ in range(2):
        an_account(handle="twice")
    file = SimpleUploadedFile("list.csv", b"platform,handle\nsimulator,twice\n")
    page = signed_in(cast.moderator).post(NEW, said(file))
    assert "Line 2: 2 accounts on simulator have the handle @twice" in str(page.context["form"].errors["accounts"])
    assert not Batch.objects.exists()


def test_a_suspension_without_a_length_is_refused(signed_in, cast: Cast):
    page = signed_in(cast.moderator).post(NEW, said(a_list(an_account().external_id), length=""))
    assert page.context["form"].errors["length"] == ["Say for how long."]


def test_an_auditor_reads_batches_and_asks_for_none(signed_in, cast: Cast):
    browser = signed_in(cast.auditor)
    assert (browser.get("/batches/").status_code, browser.get(NEW).status_code) == (200, 403)


def test_above_the_size_the_asker_sees_who_must_approve(signed_in, cast: Cast, settings):
    settings.CASELOAD = settings.CASELOAD | {"BATCH_APPROVAL_SIZE": 0}
    browser = signed_in(cast.supervisor)
    batch = ask(browser)
    page = browser.get(reverse("reviews:batch-detail", args=[batch.pk]))
    assert (page.context["may_approve"], page.context["may_start"]) == (False, False)
    assert b"somebody else must approve it" in page.content


def test_another_person_approves_and_it_runs(signed_in, cast: Cast, settings):
    settings.CASELOAD = settings.CASELOAD | {"BATCH_APPROVAL_SIZE": 0}
    batch = ask(signed_in(cast.moderator))
    browser = signed_in(cast.supervisor)
    assert browser.get(reverse("reviews:batch-detail", args=[batch.pk])).context["may_approve"]
    browser.post(reverse("reviews:batch-approve", args=[batch.pk]))
    batch.refresh_from_db()
    assert (batch.state, batch.approved_by) == (BatchState.RUNNING, cast.supervisor.user)


def test_up_to_the_size_it_starts_without_a_second_person(signed_in, cast: Cast):
    browser = signed_in(cast.moderator)
    batch = ask(browser)
    browser.post(reverse("reviews:batch-start", args=[batch.pk]))
    batch.refresh_from_db()
    assert batch.state == BatchState.RUNNING


def test_a_planned_batch_can_be_cancelled(signed_in, cast: Cast):
    browser = signed_in(cast.moderator)
    batch = ask(browser)
    browser.post(reverse("reviews:batch-cancel", args=[batch.pk]))
    batch.refresh_from_db()
    assert batch.state == BatchState.CANCELLED


def test_a_running_batch_is_live(signed_in, cast: Cast):
    browser = signed_in(cast.moderator)
    batch = ask(browser)
    url = reverse("reviews:batch-detail", args=[batch.pk])
    browser.post(reverse("reviews:batch-start", args=[batch.pk]))
    running.run(batch.pk)
    part = browser.get(url, headers={"HX-Request": "true", "HX-Target": "batch"})
    assert (b"<html" in part.content, b'id="batch" data-live="1"' in part.content) == (False, True)
    head = browser.get(url, headers={"HX-Request": "true", "HX-Target": "batch-head"})
    assert (b"<html" in head.content, b'id="batch-head" data-live="2"' in head.content) == (False, True)
    assert (part.context["progress"].waiting, part.context["progress"].total) == (1, 1)


def test_the_list_shows_each_batch(signed_in, cast: Cast):
    browser = signed_in(cast.moderator)
    ask(browser)
    assert b"Wave 3" in browser.get("/batches/").content


def test_the_cases_of_a_batch_are_decided(signed_in, cast: Cast):
    browser = signed_in(cast.moderator)
    batch = ask(browser)
    browser.post(reverse("reviews:batch-start", args=[batch.pk]))
    running.run(batch.pk)
    assert batch.decisions.get().case.state == CaseState.DECIDED


# ── the frozen list, and being asked once more ───────────────────────────────────────────────────────────
def test_the_frozen_list_is_shown_and_searched(signed_in, cast: Cast):
    browser = signed_in(cast.moderator)
    batch = ask(browser)
    url = reverse("reviews:batch-accounts", args=[batch.pk])
    first, left_out = batch.items.order_by("position")
    page = browser.get(url)
    assert [item.pk for item in page.context["rows"]] == [first.pk, left_out.pk]
    assert b"Left out: protected, to be decided one by one" in page.content
    for sought in (first.external_id, f"@{first.account.handle.upper()}"):
        assert [item.pk for item in browser.get(url, {"q": sought}).context["rows"]] == [first.pk]
    assert b"No line of the list has this handle" in browser.get(url, {"q": "nobody"}).content


def test_the_frozen_list_goes_out_as_csv_and_the_log_says_so(signed_in, cast: Cast):
    batch = ask(signed_in(cast.moderator))
    answer = signed_in(cast.supervisor).post(reverse("reviews:batch-export", args=[batch.pk]))
    lines = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert [line["external_id"] for line in lines] == list(batch.items.values_list("external_id", flat=True))
    assert (lines[0]["outcome"], lines[1]["outcome"], lines[1]["left_out"]) == ("to_decide", "left_out", "protected")
    entry = Entry.objects.get(action="batch.exported")
    assert (entry.actor_label, entry.detail["accounts"]) == (cast.supervisor.label, 2)
    assert entry.detail["list_digest"] == batch.list_digest


def test_no_cell_of_the_csv_is_run_by_a_spreadsheet(signed_in, cast: Cast):
    browser = signed_in(cast.moderator)
    accounts = a_list(an_account(handle="=1+1").external_id, an_account().external_id)
    browser.post(NEW, said(accounts))
    answer = browser.post(reverse("reviews:batch-export", args=[Batch.objects.get().pk]))
    assert b",'=1+1," in answer.content


@pytest.mark.parametrize(("size", "gesture", "who"), [(100, "start", "moderator"), (0, "approve", "supervisor")])
def test_one_is_asked_once_more_with_the_count(signed_in, cast: Cast, settings, size: int, gesture: str, who: str):
    settings.CASELOAD = settings.CASELOAD | {"BATCH_APPROVAL_SIZE": size}
    batch = ask(signed_in(cast.moderator))
    browser = signed_in(cast.everyone[who])
    url = reverse(f"reviews:batch-{gesture}", args=[batch.pk])
    assert f'href="{url}"'.encode() in browser.get(reverse("reviews:batch-detail", args=[batch.pk])).content
    page = browser.get(url)
    batch.refresh_from_db()
    assert batch.state == BatchState.PLANNED
    assert b"Suspend 1 account?" in page.content
    assert b"Yes, suspend all 1 now" in page.content
    assert [line.item.external_id for line in page.context["sample"]] == [batch.items.get(left_out="").external_id]


def test_asked_too_late_one_comes_back_to_the_batch(signed_in, cast: Cast):
    browser = signed_in(cast.moderator)
    batch = ask(browser)
    url = reverse("reviews:batch-start", args=[batch.pk])
    browser.post(url)
    assert browser.get(url).url == reverse("reviews:batch-detail", args=[batch.pk])


def test_a_planned_batch_is_live_too(signed_in, cast: Cast):
    browser = signed_in(cast.moderator)
    page = browser.get(reverse("reviews:batch-detail", args=[ask(browser).pk]))
    assert b'data-live="5"' in page.content


def test_who_approves_and_above_which_size_is_said(signed_in, cast: Cast, settings):
    settings.CASELOAD = settings.CASELOAD | {"BATCH_APPROVAL_SIZE": 0}
    browser = signed_in(cast.moderator)
    ask(browser)
    page = browser.get("/batches/")
    assert b"Above 0 accounts a supervisor other than its asker must approve it." in page.content
    assert b"waits for a supervisor" in page.content
    assert b"Above 0 accounts a supervisor" in browser.get(NEW).content


def test_nobody_to_decide_on_is_not_started(signed_in, cast: Cast):
    browser = signed_in(cast.moderator)
    protected = [an_account(protected_class="journalist").external_id for _ in range(2)]
    browser.post(NEW, said(a_list(*protected)))
    page = browser.get(reverse("reviews:batch-detail", args=[Batch.objects.get().pk]))
    assert not page.context["may_start"]
    assert "can’t be started" in page.content.decode()


def test_semicolons_are_named(signed_in, cast: Cast):
    file = SimpleUploadedFile("list.csv", b"platform;external_id\nsimulator;1\n")
    page = signed_in(cast.moderator).post(NEW, said(file))
    assert "semicolons" in str(page.context["form"].errors["accounts"])


# ── steering it while it runs ────────────────────────────────────────────────────────────────────────────
def a_run(browser) -> Batch:
    """A batch of one account that was started, and has decided."""
    batch = ask(browser)
    browser.post(reverse("reviews:batch-start", args=[batch.pk]))
    running.run(batch.pk)
    return batch


def do(browser, batch: Batch, gesture: str, **form: str):
    return browser.post(reverse(f"reviews:batch-{gesture}", args=[batch.pk]), form)


def page_of(browser, batch: Batch):
    return browser.get(reverse("reviews:batch-detail", args=[batch.pk]))


def now_of(batch: Batch) -> Batch:
    return Batch.objects.get(pk=batch.pk)


def test_a_batch_is_paused_and_goes_on(signed_in, cast: Cast):
    browser = signed_in(cast.moderator)
    batch = a_run(browser)
    assert page_of(browser, batch).context["may_pause"]
    do(browser, batch, "pause")
    assert (now_of(batch).state, page_of(browser, batch).context["may_resume"]) == (BatchState.PAUSED, True)
    assert "Paused. Nothing leaves until somebody has it go on." in page_of(browser, batch).content.decode()
    do(browser, batch, "resume")
    assert now_of(batch).state == BatchState.RUNNING


def test_before_it_is_cancelled_one_reads_what_stays_and_what_never_leaves(signed_in, cast: Cast):
    browser = signed_in(cast.moderator)
    batch = a_run(browser)
    asked = browser.get(reverse("reviews:batch-cancel", args=[batch.pk])).content.decode()
    assert "Yes, cancel 1" in asked
    assert now_of(batch).state == BatchState.RUNNING
    do(browser, batch, "cancel")
    assert "Nothing more leaves: 1 are being taken back" in page_of(browser, batch).content.decode()
    running.run(batch.pk)
    assert "0 are applied, 1 were never touched" in page_of(browser, batch).content.decode()


def test_failures_are_listed_with_their_error_and_retried(signed_in, cast: Cast):
    browser = signed_in(cast.moderator)
    batch = a_run(browser)
    row = in_state(Enforcement.objects.get(wave=batch.wave), "failed")
    Enforcement.objects.filter(pk=row.pk).update(error="410 Gone", finished_at=clock.now())
    running.run(batch.pk)
    page = page_of(browser, batch).content.decode()
    assert ("410 Gone" in page, "Retry the 1 failed" in page) == (True, True)
    do(browser, batch, "retry")
    running.run(batch.pk)
    assert Enforcement.objects.get(pk=row.pk).state == "retrying"


def test_what_is_not_applied_is_narrowed_to_one_state(signed_in, cast: Cast):
    browser = signed_in(cast.moderator)
    batch = a_run(browser)
    in_state(Enforcement.objects.get(wave=batch.wave), "unknown")
    url = reverse("reviews:batch-detail", args=[batch.pk])
    found = [len(browser.get(url, {"show": show}).context["not_applied"]) for show in ("", "unknown", "failed", "x")]
    assert found == [1, 1, 0, 1]


def test_a_batch_is_reverted_with_a_reason(signed_in, cast: Cast):
    browser = signed_in(cast.moderator)
    batch = a_run(browser)
    assert page_of(browser, batch).context["reverts_later"]
    in_state(Enforcement.objects.get(wave=batch.wave), "applied")
    running.run(batch.pk)
    assert page_of(browser, batch).context["may_revert"]
    refused = do(browser, batch, "revert", reason="")
    assert (refused.status_code, now_of(batch).state) == (422, BatchState.FINISHED)
    do(browser, batch, "revert", reason="The signal was wrong.")
    running.run(batch.pk)
    page = page_of(browser, batch)
    assert [run.key for run in page.context["runs"]] == ["revert", "own"]
    assert b"The reinstatements" in page.content


def test_a_part_is_reverted_by_its_lines(signed_in, cast: Cast):
    browser = signed_in(cast.moderator)
    batch = a_run(browser)
    row = in_state(Enforcement.objects.get(wave=batch.wave), "applied")
    running.run(batch.pk)
    page = do(browser, batch, "revert", reason="No.", only="simulator")
    assert "is no platform/external id" in str(page.context["form"].errors["only"])
    page = do(browser, batch, "revert", reason="No.", only="simulator/nobody")
    assert "nothing to revert on 1" in page.content.decode()
    do(browser, batch, "revert", reason="No.", only=f"simulator/{row.account.external_id}\n")
    assert now_of(batch).state == BatchState.REVERTING


def test_the_report_says_what_came_of_each_account(signed_in, cast: Cast):
    browser = signed_in(cast.moderator)
    batch = a_run(browser)
    row = in_state(Enforcement.objects.get(wave=batch.wave), "applied")
    answer = do(browser, batch, "export")
    [line, left_out] = csv.DictReader(io.StringIO(answer.content.decode()))
    assert (line["outcome"], line["state"], line["attempts"], line["error"]) == ("applied", "applied", "0", "")
    assert line["applied_at"] == row.applied_at.isoformat()
    assert line["decision"] == str(batch.items.get(position=1).decision_id)
    assert (left_out["outcome"], left_out["state"]) == ("left_out", "")


def test_asked_too_late_to_cancel_or_revert_one_comes_back(signed_in, cast: Cast):
    browser = signed_in(cast.moderator)
    batch = a_run(browser)
    do(browser, batch, "cancel")
    for gesture in ("cancel", "revert"):
        answer = browser.get(reverse(f"reviews:batch-{gesture}", args=[batch.pk]))
        assert answer.url == reverse("reviews:batch-detail", args=[batch.pk])
