"""The closed list of what is published: each number's name, version, unit, and what exactly is counted.

Change a word of what a number means and its version must grow: the refresh refuses another text under a version that
was already published, and `tests/insights/test_definitions.py` holds the digests.
"""

from typing import Final

from insights.definitions.flags import FLAGS
from insights.definitions.review import REVIEW
from insights.definitions.shape import TOTAL, Definition, Grouping
from insights.definitions.topic import TOPIC

__all__ = ["BY_NAME", "TOTAL", "Definition", "Grouping"]

BY_NAME: Final[dict[str, Definition]] = {definition.name: definition for definition in (*REVIEW, FLAGS, *TOPIC)}
