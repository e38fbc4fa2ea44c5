"""Rows of the review."""

from reviews.models.batch import Batch, BatchItem
from reviews.models.case import Case, Claim, Skip
from reviews.models.decision import Decision
from reviews.models.flag import Flag, Source
from reviews.models.policy import Policy, Queue

__all__ = ["Batch", "BatchItem", "Case", "Claim", "Decision", "Flag", "Policy", "Queue", "Skip", "Source"]
