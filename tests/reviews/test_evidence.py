"""Evidence as the case page shows it: folded, found; and the accounts that are linked to this one."""

import pytest

from reviews.models import Flag
from reviews.selectors import evidence, linked
from reviews.selectors.linked import Alike, SharedText
from reviews.services.facts import EvidencePost
from staff.actors import SYSTEM
from tests.cast import Cast, a_case, a_decision, a_flag, an_account

pytestmark = pytest.mark.django_db
TEXT = "Rollover crash snarls traffic in Chula Vista"


def posts(*texts: str, first: int = 1) -> tuple[EvidencePost, ...]:
    return tuple(EvidencePost(external_id=str(number), text=text) for number, text in enumerate(texts, first))


def unflagged(account, *texts: str, first: int = 1) -> None:
    """Posts that were captured, and no flag rests on."""
    a_flag(account=account, posts=posts(*texts, first=first))
    Flag.objects.filter(account=account).update(evidence=[])


def test_nearly_equal_posts_fold_into_one_with_their_count():
    account = an_account()
    unflagged(account, TEXT, f"{TEXT}!", f"@you {TEXT} https://t.co/1", "Something else that was posted")
    found = evidence.evidence_of(SYSTEM, account, [])
    assert sorted((view.times, len(view.ids)) for view in found.posts) == [(1, 1), (3, 3)]
    assert found.count == 4


def test_a_flagged_post_stands_by_itself_and_first():
    account = an_account()
    unflagged(account, "Something else that was posted", first=10)
    flag = a_flag(account=account, posts=posts(TEXT, f"{TEXT}!"))
    unflagged(account, f"{TEXT}?", first=20)
    flag.evidence = ["1", "2"]
    found = evidence.evidence_of(SYSTEM, account, [flag])
    assert [view.is_flagged for view in found.posts] == [True, True, False]
    assert sorted(view.times for view in found.posts) == [1, 1, 2]


def test_short_texts_never_fold():
    account = an_account()
    unflagged(account, "Hello", "Hello")
    assert [view.times for view in evidence.evidence_of(SYSTEM, account, []).posts] == [1, 1]


def test_other_accounts_with_nearly_the_same_text_are_counted_once_each():
    account, other = an_account(), an_account()
    unflagged(account, TEXT)
    unflagged(other, f"{TEXT}!", f"{TEXT}?")
    (view,) = evidence.evidence_of(SYSTEM, account, []).posts
    assert view.same_text_accounts == 1


def test_posts_are_found_by_every_word():
    account = an_account()
    unflagged(account, TEXT, "Traffic is quiet in San Diego today")
    found = evidence.evidence_of(SYSTEM, account, [], words="traffic vista")
    assert ([view.post.text for view in found.posts], found.count) == ([TEXT], 1)


def test_linked_by_text_with_what_became_of_them(cast: Cast):
    account = an_account(handle="one")
    unflagged(account, TEXT)
    a_decision(cast.moderator, case=a_case(an_account(handle="two"), posts=posts(f"{TEXT}!")))
    a_decision(cast.moderator, "keep", case=a_case(an_account(handle="three"), posts=posts(f"{TEXT} https://t.co/2")))
    a_case(an_account(handle="four"), posts=posts(TEXT))
    assert linked.linked_to(SYSTEM, account).text == SharedText(3, suspended=1, kept=1, open=1)


def test_linked_by_handle_bio_and_link():
    bio = "We report what others keep to themselves. https://news.example/about"
    account = an_account(handle="maria1", bio=bio)
    an_account(handle="maria_22", bio=bio.upper())
    an_account(handle="elsewhere", bio="Another one altogether, https://news.example")
    assert linked.linked_to(SYSTEM, account).alike == [
        Alike("handle", "maria#", 1, ["maria_22"]),
        Alike("bio", "", 1, ["maria_22"]),
        Alike("link", "news.example", 2, ["elsewhere", "maria_22"]),
    ]


def test_an_account_without_a_pattern_is_linked_to_nobody():
    account = an_account(handle="plain", bio="")
    an_account(handle="another", bio="")
    found = linked.linked_to(SYSTEM, account)
    assert (found.text, found.alike) == (SharedText(0, 0, 0, 0), [])


def test_a_count_stops(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(linked, "MOST", 2)
    account = an_account(handle="maria1")
    for number in range(2, 6):
        an_account(handle=f"maria{number}")
    (alike,) = linked.linked_to(SYSTEM, account).alike
    assert (alike.accounts, alike.is_more) == (2, True)
