"""Rollups, their freshness, and the definitions of what is published from them."""

from insights.models.definition import Definition
from insights.models.distribution import Detection, Distribution
from insights.models.freshness import Freshness, Mark
from insights.models.review import CaseFlow, DecisionDay, FlagDay
from insights.models.topic import TopicCell, TopicLanguage, TopicMonth

__all__ = [
    "CaseFlow",
    "DecisionDay",
    "Definition",
    "Detection",
    "Distribution",
    "FlagDay",
    "Freshness",
    "Mark",
    "TopicCell",
    "TopicLanguage",
    "TopicMonth",
]
