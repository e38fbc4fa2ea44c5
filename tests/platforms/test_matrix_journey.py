"""Line 1 of what is promised: 50 users report one another, and what is decided on them is seen on the real server."""

import pytest

from common import clock
from reviews.models import Case, Decision, Flag, ReportFeed
from reviews.services import claims, decisions, pulling, undoing
from staff.actors import operator
from staff.choices import SourceKind
from takedowns.connectors import connector_for, reach_of
from takedowns.connectors.reports import TellsReports
from takedowns.models import Enforcement
from takedowns.services import dispatch
from tests.cast import Cast, a_client, a_policy, a_verdict
from tests.platforms.conftest import RealPlatform, Started
from tests.platforms.servers.synapse import Synapse

pytestmark = [pytest.mark.platforms, pytest.mark.django_db]
USERS = 50


@pytest.fixture
def rig(started: Started) -> Synapse:
    found = started.rig("matrix")
    assert isinstance(found, Synapse)
    return found


@pytest.fixture
def feed(rig: Synapse, real_platform: RealPlatform) -> ReportFeed:
    platform = real_platform(rig)
    a_client("Matrix users", SourceKind.USER_REPORT)
    made = pulling.start(operator(), slug=platform.slug, policy=a_policy().code, client="Matrix users")
    connector = connector_for(platform.connector, reach_of(platform))
    assert isinstance(connector, TellsReports)
    made.cursor = connector.pull_reports("").cursor  # what other tests reported
    made.save()
    return made


def sent_until_done(count: int) -> None:
    """Dispatch, in a moment after the undo windows."""
    with clock.moved(seconds=31):
        decisions.make_effective()
        assert sum(dispatch.run_due() for _ in range(3)) == count


def refusals(rig: Synapse, users: list[str]) -> set[tuple[int, str]]:
    answers = [rig.send_message(user) for user in users]
    return {(status, told.get("errcode", "")) for status, told in answers}


def test_fifty_users_report_one_another_and_are_suspended_and_reinstated(
    rig: Synapse, feed: ReportFeed, cast: Cast
) -> None:
    users = [rig.new_account() for _ in range(USERS)]
    for reporter, reported in zip(users, users[1:] + users[:1], strict=True):
        rig.report(reporter, reported, f"{reporter} says: spam")

    assert pulling.pull_due() == USERS
    assert set(Flag.objects.values_list("account__external_id", flat=True)) == set(users)
    assert set(Flag.objects.values_list("source__kind", flat=True)) == {"user_report"}

    for case in Case.objects.all():
        claim = claims.claim(cast.moderator, case_id=case.pk)
        decisions.decide_one(cast.moderator, a_verdict(claim, "suspend"))
    sent_until_done(USERS)
    assert set(Enforcement.objects.values_list("state", "attempts")) == {("applied", 1)}
    assert refusals(rig, users) == {(403, "M_USER_SUSPENDED")}

    for decision in list(Decision.objects.filter(outcome="suspend")):
        undoing.reverse(cast.senior, decision_id=decision.pk, reason="It was a mistake.")
    sent_until_done(USERS)
    assert set(Enforcement.objects.values_list("state", "attempts")) == {("applied", 1)}
    assert refusals(rig, users) == {(200, "")}


def test_a_reported_message_comes_with_its_text(rig: Synapse, feed: ReportFeed) -> None:
    writer, reader = rig.new_account(), rig.new_account()
    event = rig.send_message(writer)[1]["event_id"]
    rig.report_message(reader, event, "threats")
    assert pulling.pull_due() == 1
    flag = Flag.objects.select_related("account").get()
    assert (flag.account.external_id, flag.reason, flag.evidence) == (writer, "threats", [event])
    assert flag.account.captured_posts.get().text == "hello"


def test_reports_that_an_administrator_deletes_hide_none_that_come_after(rig: Synapse, feed: ReportFeed) -> None:
    reporter, users = rig.new_account(), [rig.new_account() for _ in range(30)]
    for user in users[:29]:
        rig.report(reporter, user, "spam")
    assert pulling.pull_due() == 29
    status, told = rig.as_admin("GET", "v1/user_reports?limit=29&dir=b")
    assert status == 200
    for row in told["user_reports"][:25]:
        assert rig.as_admin("DELETE", f"v1/user_reports/{row['id']}")[0] == 200
    rig.report(reporter, users[29], "spam")
    ReportFeed.objects.update(take_at=clock.now())
    pulling.pull_due()  # from the first again: others' reports, too
    flagged = Flag.objects.filter(account__external_id__in=users).values_list("account__external_id", flat=True)
    assert sorted(flagged) == sorted(users)
