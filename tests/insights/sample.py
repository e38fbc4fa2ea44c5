"""The shipped sample, through the importer: accounts, the months of each, and the days of all."""

from pathlib import Path
from tempfile import TemporaryDirectory

from accounts import sample
from accounts.rules.research import MAPPINGS
from accounts.services import topics
from accounts.services.importing import Accounts, Activity, Observations, Places, Target, import_file
from staff.actors import SYSTEM
from tests.cast import a_platform

TOPIC = "influence-operation"


def load() -> None:
    """All 2,319 accounts and 14,914 months; the 1,952 of the operation tracked for the topic; 21,012 tallies of it."""
    topics.define(SYSTEM, slug=TOPIC, title="Influence operation", definition="Listed by Congress.")
    places = Places(a_platform().slug, TOPIC)
    files: list[tuple[Path, Target]] = [
        (sample.ACCOUNTS, Accounts(SYSTEM, places)),
        (sample.MONTHS, Observations(places)),
        (sample.DAYS, Activity(SYSTEM, places)),
    ]
    with TemporaryDirectory() as folder:
        for path, target in files:
            done = import_file(SYSTEM, path, target, mapping=MAPPINGS[target.what], journal_folder=Path(folder))
            assert done.rejected == 0
