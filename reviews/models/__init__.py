"""Rows of the review."""

from reviews.models.aside import Escalation, Hold
from reviews.models.award import Award
from reviews.models.batch import Batch, BatchItem
from reviews.models.case import Case, Claim, Skip
from reviews.models.decision import Decision
from reviews.models.draft import Draft
from reviews.models.exposure import Exposure
from reviews.models.flag import Flag, Source
from reviews.models.flood import Flood
from reviews.models.lane import CaseChange, FlowTotal, Lane, OpenTotal, Routing, TallyMoment
from reviews.models.misuse import MisuseWarning, ProcessingSuspension, SourceDay
from reviews.models.move import CaseMove
from reviews.models.note import Mention, Note, NoteVersion
from reviews.models.order import LegalOrder
from reviews.models.policy import Policy, Queue
from reviews.models.refresh import Refresh
from reviews.models.report_feed import ReportFeed
from reviews.models.restriction import Restriction
from reviews.models.rule import HumaneSetting, SecondPersonRule
from reviews.models.saved_view import SavedView
from reviews.models.search import SearchMark, SearchText
from reviews.models.threat import Threat
from reviews.models.webhook import WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookWatch

__all__ = [
    "Award",
    "Batch",
    "BatchItem",
    "Case",
    "CaseChange",
    "CaseMove",
    "Claim",
    "Decision",
    "Draft",
    "Escalation",
    "Exposure",
    "Flag",
    "Flood",
    "FlowTotal",
    "Hold",
    "HumaneSetting",
    "Lane",
    "LegalOrder",
    "Mention",
    "MisuseWarning",
    "Note",
    "NoteVersion",
    "OpenTotal",
    "Policy",
    "ProcessingSuspension",
    "Queue",
    "Refresh",
    "ReportFeed",
    "Restriction",
    "Routing",
    "SavedView",
    "SearchMark",
    "SearchText",
    "SecondPersonRule",
    "Skip",
    "Source",
    "SourceDay",
    "TallyMoment",
    "Threat",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookWatch",
]
