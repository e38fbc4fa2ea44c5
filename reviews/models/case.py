"""Cases, claims on them, and skips."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce

from accounts.models import Account, Platform
from common import clock
from common.ids import new_id
from reviews.choices import OPEN_CASE, CaseState, ClaimEnd, ClosedAs, SkipReason
from reviews.models.lane import Lane
from reviews.models.policy import Policy, Queue
from staff.models import User


class Case(models.Model):
    """The open question about one account; all its flags gather in it. At most one is open per account.

    Opened by intake (or by a batch), ended by a decision or when its account is gone. `serving_order` is the one
    number that "next" sorts by, highest first (`reviews.rules.serving_order`); `rank_parts` explains it. `language`,
    `source_kinds` and `platform` are copies that are shown; `lane` is what queues go by, as of the last flag that
    joined. `evidence_version` grows with each flag that joins, and `last_flag_at` is when the last one came in (the
    opening, where none did). `followers_order` repeats the followers that the rank counts, -1 where they aren't known:
    the list of cases sorts and filters by it.
    Who moved the case to another policy set `routed_policy`: the flags that had come by `routed_at` count under it, and
    still claim what they claimed.
    A waiting case may be `reserved_for` a person until `reserved_until`: `next` serves it to nobody else so long.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="cases", db_index=False)
    platform = models.ForeignKey(Platform, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=12, choices=CaseState, default=CaseState.WAITING)
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=35, blank=True)
    lane = models.ForeignKey(Lane, on_delete=models.PROTECT, related_name="cases", db_index=False)
    source_kinds = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_as = models.CharField(max_length=10, choices=ClosedAs, default="", db_default="", blank=True)
    due_at = models.DateTimeField()
    legal_deadline_at = models.DateTimeField(null=True, blank=True)
    evidence_version = models.PositiveIntegerField(default=1)
    serving_order = models.FloatField()
    rank_parts = models.JSONField(default=dict)
    reserved_for = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reserved_until = models.DateTimeField(null=True, blank=True)
    last_flag_at = models.DateTimeField(default=clock.now)
    routed_policy = models.ForeignKey(
        Policy, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    routed_at = models.DateTimeField(null=True, blank=True)
    followers_order = models.GeneratedField(
        expression=Coalesce(
            Cast(KeyTextTransform("followers", "rank_parts"), models.BigIntegerField()),
            Value(-1),
            output_field=models.BigIntegerField(),
        ),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )
    earlier = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="later")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(state__in=OPEN_CASE), name="reviews_case_one_open_per_account"
            ),
            models.CheckConstraint(name="reviews_case_state", condition=Q(state__in=CaseState.values)),
            models.CheckConstraint(
                name="reviews_case_reserved",
                condition=Q(reserved_for__isnull=True, reserved_until__isnull=True)
                | Q(reserved_for__isnull=False, reserved_until__isnull=False),
            ),
            models.CheckConstraint(
                name="reviews_case_routed",
                condition=Q(routed_policy__isnull=True, routed_at__isnull=True)
                | Q(routed_policy__isnull=False, routed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="reviews_case_closed_at",
                condition=Q(state__in=OPEN_CASE, closed_at__isnull=True)
                | (~Q(state__in=OPEN_CASE) & Q(closed_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(
                F("lane"),
                F("serving_order").desc(),
                F("id").asc(),
                condition=Q(state=CaseState.WAITING),
                name="reviews_case_next",
            ),
            models.Index(
                F("serving_order").desc(),
                F("id").asc(),
                condition=Q(state=CaseState.WAITING),
                name="reviews_case_first",
            ),
            models.Index(
                F("reserved_for"),
                F("serving_order").desc(),
                F("id").asc(),
                condition=Q(state=CaseState.WAITING, reserved_for__isnull=False),
                name="reviews_case_reserved_next",
            ),
            models.Index(fields=["account", "-opened_at"], name="reviews_case_account"),
            models.Index(
                fields=["lane", "opened_at", "id"], condition=Q(state=CaseState.WAITING), name="reviews_case_oldest"
            ),
            models.Index(fields=["lane", "due_at"], condition=Q(state=CaseState.WAITING), name="reviews_case_next_due"),
            # the sweep of the tallies asks what grew old and what ran late since it last looked, in any lane
            models.Index(fields=["opened_at"], condition=Q(state__in=OPEN_CASE), name="reviews_case_ageing"),
            models.Index(fields=["due_at"], condition=Q(state__in=OPEN_CASE), name="reviews_case_running_late"),
            # one per order of the list of cases; the state leads, so that any choice of states is a few index ranges
            # (docs/decisions/0024-the-list-merges-index-ranges.md)
            models.Index(fields=["state", "serving_order", "id"], name="reviews_case_by_rank"),
            models.Index(fields=["state", "opened_at", "id"], name="reviews_case_by_opening"),
            models.Index(fields=["state", "due_at", "id"], name="reviews_case_by_due"),
            models.Index(fields=["state", "followers_order", "id"], name="reviews_case_by_followers"),
            models.Index(fields=["state", "last_flag_at", "id"], name="reviews_case_by_last_flag"),
        ]

    def __str__(self) -> str:
        return f"Case {self.pk} ({self.state})"

    @property
    def is_open(self) -> bool:
        """Whether the question is still open."""
        return self.state in OPEN_CASE


class Claim(models.Model):
    """A lease on a case. `token` is the fencing token: any gesture on the case must show the live one.

    One claim per case lives at a time (`ended_as` empty). It dies when its holder decides, releases or skips, or when
    `expires_at` passes without a renewal. `ahead_of` is set while the case was only taken ahead, for its holder to go
    on with when they have decided under that claim (`services.ahead`); it is empty from when the case is shown.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="claims")
    holder = models.ForeignKey(User, on_delete=models.PROTECT, related_name="claims")
    queue = models.ForeignKey(Queue, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    token = models.CharField(max_length=43, unique=True)
    claimed_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    renewals = models.PositiveIntegerField(default=0)
    ahead_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="ahead")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_as = models.CharField(max_length=10, choices=ClaimEnd, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(ended_at__isnull=True), name="reviews_claim_one_live_per_case"
            ),
            models.CheckConstraint(
                name="reviews_claim_ended",
                condition=Q(ended_at__isnull=True, ended_as="") | (Q(ended_at__isnull=False) & ~Q(ended_as="")),
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(ended_at__isnull=True), name="reviews_claim_expiring"),
            models.Index(fields=["holder", "-claimed_at"], name="reviews_claim_holder"),
        ]

    def __str__(self) -> str:
        return f"{self.holder_id} on {self.case_id}"


class Skip(models.Model):
    """A person passed a case over, and why: it is not served to them again that day (UTC)."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="skips")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="skips")
    day = models.DateField()
    why = models.CharField(max_length=10, choices=SkipReason, default=SkipReason.OTHER)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "person", "day"], name="reviews_skip_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} skipped {self.case_id} on {self.day}"
