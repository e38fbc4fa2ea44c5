"""Flags and their sources."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from accounts.models import Account, Snapshot
from common.ids import new_id
from reviews.choices import FlagState
from reviews.models.case import Case
from reviews.models.decision import Decision
from reviews.models.policy import Policy
from reviews.rules import flood
from staff.choices import SourceKind
from staff.models import ApiClient


class Source(models.Model):
    """Who flags: an API client under one kind (a relay has one source per kind it states).

    `agreed` and `disagreed` count its flags that were decided within the window of `reviews.rules.precision`; a sweep
    keeps them. `ranked_precision` is what ranks were last made with; `stale_since` is set while the ranks of its open
    cases are to be written anew (with `stale_from`, only of those with a flag received from then on).
    `suspended_until` repeats the end of a suspension that wasn't lifted, `flooding_since` the beginning of a flood that
    lasts; `hourly_bound` is how many flags within an hour are none, set anew on each day (`bounded_on`).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="sources")
    kind = models.CharField(max_length=20, choices=SourceKind)
    name = models.CharField(max_length=120)
    agreed = models.PositiveIntegerField(default=0)
    disagreed = models.PositiveIntegerField(default=0)
    ranked_precision = models.FloatField(default=0.5)
    stale_since = models.DateTimeField(null=True, blank=True)
    stale_from = models.DateTimeField(null=True, blank=True)
    suspended_until = models.DateTimeField(null=True, blank=True)
    flooding_since = models.DateTimeField(null=True, blank=True)
    hourly_bound = models.PositiveIntegerField(default=flood.FLOOR)
    bounded_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "kind"], name="reviews_source_once")]

    def __str__(self) -> str:
        return self.name


class Flag(models.Model):
    """One claim by one source that an account breaks a policy. Never merged away, never deleted.

    `snapshot` holds the account's counts when it was flagged. `evidence` are the external ids of the posts it rests
    on. `body_digest` is the SHA-256 of the call's canonical body: the same `client_reference` with another is refused.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="flags")
    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="flags")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="flags")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="flags")
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="+")
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, choices=FlagState, default=FlagState.OPEN)
    decision = models.ForeignKey(Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="flags")
    reason = models.TextField(blank=True)
    reporter = models.CharField(max_length=200, blank=True)
    legal_basis = models.JSONField(null=True, blank=True)
    evidence = ArrayField(models.CharField(max_length=300), default=list, blank=True)
    client_reference = models.CharField(max_length=200, blank=True)
    body_digest = models.CharField(max_length=64)
    flagged_at = models.DateTimeField()
    received_at = models.DateTimeField()
    evidence_version = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "client_reference"],
                condition=~Q(client_reference=""),
                name="reviews_flag_reference",
            ),
            models.CheckConstraint(name="reviews_flag_state", condition=Q(state__in=FlagState.values)),
            models.CheckConstraint(
                name="reviews_flag_decision",
                condition=Q(state__in=[FlagState.OPEN, FlagState.WITHDRAWN, FlagState.GONE])
                | Q(decision__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["case", "state"], name="reviews_flag_case"),
            models.Index(fields=["account", "-flagged_at"], name="reviews_flag_account"),
            models.Index(fields=["source", "state", "case"], name="reviews_flag_source"),
            BrinIndex(fields=["received_at"], autosummarize=True, name="reviews_flag_received"),
        ]

    def __str__(self) -> str:
        return f"Flag {self.pk} ({self.state})"
