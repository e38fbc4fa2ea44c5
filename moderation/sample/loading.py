"""The demonstration is loaded. A second time changes nothing."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from accounts import sample
from accounts.models import Platform
from accounts.rules.research import MAPPINGS
from accounts.services import platforms, topics
from accounts.services.importing import Accounts, Activity, Observations, Places, Posts, Target, import_file
from accounts.services.platforms import PlatformSaid
from common import clock
from common.errors import Invalid
from moderation.sample.flags import generate
from moderation.sample.material import read_material
from moderation.sample.people import make_people
from moderation.sample.sources import award_the_flagger, make_sources
from reviews.models import Flag
from reviews.services import intake, policies
from reviews.services.sent import flag_facts
from staff.actors import Actor

PLATFORM: Final = "simulator"
TOPIC: Final = "influence-operation"
_DEFINITION: Final = (
    "Posts of 1,952 accounts that the United States Congress listed in November 2017 and June 2018 as run by the "
    "Internet Research Agency. The researchers' category RightTroll stands in for promoting, LeftTroll for countering, "
    "every other for neutral; it is the theme. Counted over all stored posts, by the account's months and by day."
)


def load(actor: Actor, passwords: Mapping[str, str]) -> dict[str, int]:
    """The demo's people, its platform, policies, queues, accounts, topic and flags stand.

    Takes passwords by username. Returns what was made or read, counted. Raises Invalid naming what doesn't fit.
    """
    made = {"people": make_people(actor, passwords)}
    # Without an address of its own it is where CASELOAD_SIMULATOR_URL says: the port can change at each start.
    if not Platform.objects.filter(slug=PLATFORM).exists():
        platforms.create(actor, slug=PLATFORM, said=PlatformSaid(name="Simulator", connector="simulator"))
    made["policies_and_queues"] = policies.install_starters(actor)
    topics.define(actor, slug=TOPIC, title="Influence operation, 2012 to 2018", definition=_DEFINITION)
    return made | _import_sample(actor) | {"flags": _submit_flags(actor)}


def _import_sample(actor: Actor) -> dict[str, int]:
    places = Places(PLATFORM, TOPIC)
    files: list[tuple[Path, Target]] = [
        (sample.ACCOUNTS, Accounts(actor, places)),
        (sample.MONTHS, Observations(places)),
        (sample.DAYS, Activity(actor, places)),
        (sample.POSTS, Posts(places)),
    ]
    with TemporaryDirectory() as folder:
        return {target.what: _import(actor, path, target, Path(folder)) for path, target in files}


def _import(actor: Actor, path: Path, target: Target, folder: Path) -> int:
    done = import_file(actor, path, target, mapping=MAPPINGS[target.what], journal_folder=folder)
    if done.rejected:
        raise Invalid(f"{done.rejected:,} lines of {path.name} were refused: the sample is damaged.")
    return done.accepted


def _submit_flags(actor: Actor) -> int:
    """Flags of the sources that have sent none yet: a second start adds nothing."""
    sources = make_sources(actor)
    award_the_flagger(actor)
    clients: list[Any] = [source.client for source in sources.values()]
    spoken = set(Flag.objects.filter(client__in=clients).values_list("client__kind", flat=True).distinct())
    if spoken.issuperset(sources):
        return 0
    count = 0
    for kind, flags in generate(read_material(), platform=PLATFORM, now=clock.now()).items():
        if kind not in spoken:
            answers = intake.submit(sources[kind], [flag_facts(flag) for flag in flags])
            count += _accepted(answers)
    return count


def _accepted(answers: list[intake.Submitted]) -> int:
    for answer in answers:
        if answer.error:
            raise answer.error
    return len(answers)
