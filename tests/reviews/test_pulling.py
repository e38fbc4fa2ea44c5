"""Reports pulled from a platform become flags, once each, whatever happens in between."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from accounts.models import Platform
from audit.models import Entry
from common import clock, fleeting
from common.errors import Invalid, NotAllowed, NotFound
from reviews.models import Flag, Policy, ReportFeed
from reviews.services import pulling
from staff.actors import operator
from staff.choices import SourceKind
from takedowns import connectors
from takedowns.connectors.base import Kind
from takedowns.connectors.reports import CannotTell, Pulled, Report, ReportedPost
from tests.cast import Cast, a_client, a_platform, a_policy
from tests.takedowns.conftest import FakeConnector

pytestmark = pytest.mark.django_db


@dataclass
class Telling(FakeConnector):
    """Tells `pages` by cursor: "" is the first, then "1", "2"…"""

    pages: list[list[Report]] = field(default_factory=list)
    refusal: CannotTell | None = None
    asked: list[str] = field(default_factory=list)

    def pull_reports(self, cursor: str) -> Pulled:
        self.asked.append(cursor)
        if self.refusal:
            raise self.refusal
        at = int(cursor or 0)
        told = self.pages[at] if at < len(self.pages) else []
        after = min(at + 1, len(self.pages))
        return Pulled(reports=tuple(told), cursor=str(after), is_last=after >= len(self.pages))


@pytest.fixture
def telling(monkeypatch: pytest.MonkeyPatch) -> Iterator[Telling]:
    connector = Telling()
    monkeypatch.setitem(connectors.KINDS, "telling", Kind(title="Telling", build=lambda reach: connector))
    connectors.connector_for.cache_clear()
    yield connector
    connectors.connector_for.cache_clear()


@pytest.fixture
def platform(telling: Telling) -> Platform:
    return a_platform("telling", connector="telling")


@pytest.fixture
def feed(platform: Platform) -> ReportFeed:
    a_client("Reports", SourceKind.USER_REPORT)
    return pulling.start(operator(), slug="telling", policy=a_policy().code, client="Reports")


def a_report(number: int, **fields: object) -> Report:
    said: dict[str, object] = {
        "id": f"user:{number}",
        "external_id": f"@bad{number}:x",
        "handle": f"bad{number}",
        "reporter": "@good:x",
        "reason": "spam",
        "reported_at": clock.now() - timedelta(minutes=5),
    }
    return Report(**(said | fields))  # type: ignore[arg-type]


def later(feed: ReportFeed) -> None:
    ReportFeed.objects.filter(pk=feed.pk).update(take_at=clock.now())


def test_reports_become_flags_of_users(feed: ReportFeed, telling: Telling) -> None:
    post = ReportedPost(external_id="$1", text="Buy now!")
    telling.pages = [[a_report(1, posts=(post,))]]
    assert pulling.pull_due() == 1
    flag = Flag.objects.select_related("account", "source", "policy", "case").get()
    assert (flag.account.external_id, flag.account.handle, flag.reason) == ("@bad1:x", "bad1", "spam")
    assert (flag.source.kind, flag.client_reference, flag.evidence) == ("user_report", "telling:user:1", ["$1"])
    assert (flag.policy.code, flag.case.state) == (a_policy().code, "waiting")


def test_who_reported_is_a_pseudonym_that_stays_the_same(feed: ReportFeed, telling: Telling) -> None:
    telling.pages = [[a_report(1), a_report(2), a_report(3, reporter="@other:x")]]
    pulling.pull_due()
    one, two, three = Flag.objects.order_by("client_reference").values_list("reporter", flat=True)
    assert (one == two, one == three, "good" in one) == (True, False, False)


def test_every_page_is_pulled_and_the_place_is_kept(feed: ReportFeed, telling: Telling) -> None:
    telling.pages = [[a_report(1)], [a_report(2)], []]
    assert pulling.pull_due() == 2
    assert telling.asked == ["", "1", "2"]
    telling.pages.append([a_report(3)])
    assert pulling.pull_due() == 0  # not due yet
    later(feed)
    assert pulling.pull_due() == 1
    assert telling.asked[3:] == ["3"]


def test_what_is_told_again_stays_one_flag(feed: ReportFeed, telling: Telling) -> None:
    telling.pages = [[a_report(1)], [a_report(1, reported_at=clock.now(), handle="renamed"), a_report(2)]]
    assert pulling.pull_due() == 2
    assert Flag.objects.count() == 2


def test_nothing_is_lost_when_the_platform_is_away(feed: ReportFeed, telling: Telling) -> None:
    telling.pages, telling.refusal = [[a_report(1)]], CannotTell("HTTP 502", 120)
    assert pulling.pull_due() == 0
    feed.refresh_from_db()
    assert (feed.error, feed.cursor) == ("HTTP 502", "")
    assert feed.take_at - clock.now() > timedelta(seconds=110)
    telling.refusal = None
    fleeting.redis().flushdb()  # the pause runs by Redis's own clock
    with clock.moved(seconds=121):
        assert pulling.pull_due() == 1
    feed.refresh_from_db()
    assert feed.error == ""


def test_nothing_is_lost_when_flags_are_refused(feed: ReportFeed, telling: Telling) -> None:
    telling.pages = [[a_report(1)]]
    Policy.objects.update(is_active=False)
    assert pulling.pull_due() == 0
    feed.refresh_from_db()
    assert (feed.cursor, "policy" in feed.error, Flag.objects.count()) == ("", True, 0)


def test_a_slower_worker_writes_nothing(feed: ReportFeed, telling: Telling) -> None:
    telling.pages = [[a_report(1)]]
    pulled = telling.pull_reports("")
    ReportFeed.objects.update(cursor="1")
    assert pulling._store(feed.pk, "", pulled) == 0
    assert Flag.objects.count() == 0


def test_odd_texts_are_stored_and_do_not_stop_the_rest(feed: ReportFeed, telling: Telling) -> None:
    odd = a_report(1, reason="a\0b\ud800c" + "x" * 20_000, handle="", reported_at=clock.now() + timedelta(days=2))
    telling.pages = [[odd, a_report(2)]]
    assert pulling.pull_due() == 2
    flag = Flag.objects.get(client_reference="telling:user:1")
    assert (flag.reason[:5], len(flag.reason), flag.account_id is not None) == ("ab?cx", 10_000, True)


@pytest.mark.parametrize("external_id", ["", "x" * 301, "a\0b", "\ud800"])
def test_an_id_that_cannot_be_stored_is_left_out_and_never_shortened(
    feed: ReportFeed, telling: Telling, external_id: str
) -> None:
    telling.pages = [[a_report(1, external_id=external_id), a_report(2)]]
    assert pulling.pull_due() == 1
    assert Flag.objects.get().account.external_id == "@bad2:x"


def test_a_feed_that_was_stopped_asks_nobody_and_goes_on_where_it_was(feed: ReportFeed, telling: Telling) -> None:
    telling.pages = [[a_report(1)]]
    pulling.pull_due()
    pulling.stop(operator(), slug="telling")
    later(feed)
    assert (pulling.pull_due(), telling.asked) == (0, [""])
    with pytest.raises(NotFound):
        pulling.stop(operator(), slug="telling")
    again = pulling.start(operator(), slug="telling", policy=a_policy().code, client="Reports")
    assert (again.pk, again.cursor) == (feed.pk, "1")
    feeds = Entry.objects.filter(action__startswith="report_feed.").order_by("pk")
    assert [entry.action for entry in feeds] == ["report_feed.started", "report_feed.stopped", "report_feed.started"]


@pytest.mark.parametrize(
    ("slug", "policy", "client", "field"),
    [
        ("simulator", "coordinated_inauthentic_behaviour", "Reports", "platform"),
        ("telling", "none", "Reports", "policy"),
        ("telling", "coordinated_inauthentic_behaviour", "Others", "client"),
        ("telling", "coordinated_inauthentic_behaviour", "Flagger", "client"),
    ],
)
def test_what_cannot_be_is_refused_by_name(platform: Platform, slug: str, policy: str, client: str, field: str) -> None:
    a_platform()
    a_policy()
    a_client("Reports", SourceKind.USER_REPORT)
    a_client("Flagger", SourceKind.TRUSTED_FLAGGER)
    with pytest.raises(Invalid) as refusal:
        pulling.start(operator(), slug=slug, policy=policy, client=client)
    assert set(refusal.value.fields) == {field}
    assert not ReportFeed.objects.exists()


def test_a_moderator_may_not_start_it(platform: Platform, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        pulling.start(cast.moderator, slug="telling", policy="x", client="y")
