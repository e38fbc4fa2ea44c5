"""`manage.py test screenshots`: a picture of each page for `docs/screens/`, by day and by night, in both directions."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Page

from insights.services import refreshing
from moderation.sample.loading import load
from moderation.sample.people import MEMBERS
from reviews.services import claims
from staff.actors import SYSTEM, operator
from staff.models import User
from staff.services import people
from tests.browser.person import Person
from tests.browser.stage import a_stage
from tests.cast import PASSWORD, Cast

SCREENS = Path(__file__).resolve().parents[2] / "docs" / "screens"
FOUR = [("en", "light"), ("en", "dark"), ("ar", "light"), ("ar", "dark")]
FRAME = """<style>body{margin:0;background:#888;display:grid;grid-template-columns:repeat(2,800px);gap:8px;padding:8px}
img{width:800px;height:500px;display:block}</style>"""
NOT_SHOWN = {"", "account_logout"}  # what is nowhere, and what only asks whether one is sure
HEAD = """# Every page

As moderators, supervisors, auditors and administrators see it; each by day and by night, in English from left to right
and in Arabic from right to left. Accounts and posts are those of the sample, flags are generated.
`python3 manage.py test screenshots` makes these pictures.
"""


@pytest.mark.screenshots
def test_each_page_is_pictured(sign_in, cast: Cast) -> None:
    shots: dict[str, dict[tuple[str, str], bytes]] = {}
    titles: dict[str, str] = {}
    visits = prepared(cast)
    for username, paths in visits.items():
        person = sign_in(cast.everyone[username])
        for language in ("en", "ar"):
            people.choose_language(cast.everyone[username], language=language)
            for path in paths:
                name = name_of(path)
                person.goto(path)
                titles.setdefault(name, person.page.title().rpartition(" · ")[0] or person.page.title())
                shots.setdefault(name, {}).update(both_themes(person, language))
    write(person.page, shots, titles)
    assert {len(four) for four in shots.values()} == {len(FOUR)}


def prepared(cast: Cast) -> dict[str, list[str]]:
    """The sample and whatever else pages show stand. Returns by person what they look at, each page once."""
    for number, user in enumerate(User.objects.order_by("pk"), start=1):
        user.pseudonym = f"{user.get_role_display()} {number}"
        user.save(update_fields=["pseudonym"])
    load(operator(), dict.fromkeys(MEMBERS, PASSWORD))
    claim = claims.claim_next(cast.second_moderator)
    assert claim is not None
    stage = a_stage(cast)
    refreshing.refresh(SYSTEM)
    seen: set[str] = set(NOT_SHOWN)
    visits = {"moderator2": ["/", f"/cases/{claim.case_id}/"], **stage.visits}
    visits["auditor"] = [*stage.visits["auditor"], "/statistics/topics/influence-operation/"]
    return {who: list(first_of_each(paths, seen)) for who, paths in visits.items()}


def first_of_each(paths: list[str], seen: set[str]) -> Iterator[str]:
    """Those of `paths` that show a page that nobody has seen yet."""
    for path in paths:
        if (name := name_of(path)) not in seen:
            seen.add(name)
            yield path


def name_of(path: str) -> str:
    """The page that stands at `path`; empty where there is none."""
    try:
        return str(resolve(path.partition("?")[0]).url_name or "")
    except Resolver404:
        return ""


def both_themes(person: Person, language: str) -> dict[tuple[str, str], bytes]:
    """What is on the screen, by day and by night."""
    found = {}
    for theme in ("light", "dark"):
        person.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        person.page.wait_for_timeout(400)  # charts are drawn anew
        found[language, theme] = person.page.screenshot()
    return found


def write(page: Page, shots: dict[str, dict[tuple[str, str], bytes]], titles: dict[str, str]) -> None:
    """A picture of each page's four, and a page that shows them all."""
    SCREENS.mkdir(exist_ok=True)
    for old in SCREENS.glob("*.webp"):
        old.unlink()
    page.goto("about:blank")
    page.set_viewport_size({"width": 1624, "height": 1024})
    session = page.context.new_cdp_session(page)
    lines = [HEAD]
    for name, four in shots.items():
        images = "".join(f'<img src="data:image/png;base64,{base64.b64encode(four[one]).decode()}">' for one in FOUR)
        page.set_content(FRAME + images)
        taken = session.send("Page.captureScreenshot", {"format": "webp", "quality": 60})
        (SCREENS / f"{name}.webp").write_bytes(base64.b64decode(taken["data"]))
        lines.append(f"## {titles[name]}\n\n![{titles[name]}]({name}.webp)\n")
    (SCREENS / "README.md").write_text("\n".join(lines))
