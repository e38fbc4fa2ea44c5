"""The ledger: enforcements and their attempts."""

from django.db import models
from django.db.models import Q

from accounts.models import Account, Platform
from common.ids import new_id
from takedowns.choices import IN_FLIGHT, LIVE, UNDELIVERED, Kind, Outcome, State


class Enforcement(models.Model):
    """What must become true of an account on its platform, and how far that is: the outbox row.

    Made in the transaction of its cause (`cause`, for example "decision:0192…"); many may share a `wave`. Its id is
    the idempotency key that platforms see. A worker may touch it only while it holds the lease (`lease` is the
    worker's token, until `leased_until`). `not_before_at` holds the undo window. It is never deleted.
    `unknown_since_at` and `settle_after_at` come with the state `unknown`: until the latter, a request that was given
    up on may still take effect, so a look-up that says "not done" counts only after it. `attempts` counts sends.
    `carried_by` names the row that does this one's work: an equal one that was in flight when this one was asked for.
    `is_guarded`: it counts for the guard on suspensions per hour.
    `ended_by` names what came after a temporary suspension that has run its time.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="enforcements", db_index=False)
    platform = models.ForeignKey(Platform, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    cause = models.CharField(max_length=80)
    wave = models.CharField(max_length=80, blank=True)
    policy = models.CharField(max_length=80, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    priority = models.SmallIntegerField(default=0)
    is_guarded = models.BooleanField(default=True, db_default=True)
    created_at = models.DateTimeField()
    not_before_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    lease = models.UUIDField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    unknown_since_at = models.DateTimeField(null=True, blank=True)
    settle_after_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    error = models.TextField(blank=True)
    carried_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="carries", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "kind"], condition=Q(state__in=LIVE), name="takedowns_enforcement_one_live"
            ),
            models.UniqueConstraint(
                fields=["account"], condition=Q(state__in=IN_FLIGHT), name="takedowns_enforcement_one_in_flight"
            ),
            models.UniqueConstraint(fields=["cause", "account", "kind"], name="takedowns_enforcement_cause"),
            models.CheckConstraint(
                name="takedowns_enforcement_carried",
                condition=Q(carried_by__isnull=True) | Q(state=State.SUPERSEDED),
            ),
            models.CheckConstraint(name="takedowns_enforcement_state", condition=Q(state__in=State.values)),
            models.CheckConstraint(name="takedowns_enforcement_kind", condition=Q(kind__in=Kind.values)),
            models.CheckConstraint(
                name="takedowns_enforcement_applied_at",
                condition=Q(state=State.APPLIED, applied_at__isnull=False)
                | (~Q(state=State.APPLIED) & Q(applied_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="takedowns_enforcement_lease",
                condition=Q(state=State.SENDING, lease__isnull=False, leased_until__isnull=False)
                | (~Q(state=State.SENDING) & Q(lease__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["platform", "-priority", "next_attempt_at"],
                condition=Q(state__in=UNDELIVERED),
                name="takedowns_enforcement_due",
            ),
            models.Index(
                fields=["leased_until"], condition=Q(state=State.SENDING), name="takedowns_enforcement_leased"
            ),
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(state=State.UNKNOWN),
                name="takedowns_enforcement_unknown",
            ),
            models.Index(
                fields=["until"],
                condition=Q(state=State.APPLIED, kind=Kind.SUSPEND, until__isnull=False, ended_by__isnull=True),
                name="takedowns_enforcement_ending",
            ),
            models.Index(fields=["wave", "state"], condition=~Q(wave=""), name="takedowns_enforcement_wave"),
            models.Index(fields=["account", "-created_at"], name="takedowns_enforcement_account"),
            models.Index(fields=["platform"], condition=Q(state=State.FAILED), name="takedowns_enforcement_failed"),
            models.Index(
                fields=["platform", "applied_at"],
                condition=Q(state=State.APPLIED, kind=Kind.SUSPEND, is_guarded=True),
                name="takedowns_enforcement_guarded",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.account_id}: {self.state}"


class Attempt(models.Model):
    """One request about an enforcement: written before it leaves (`outcome` empty), completed when the answer is in.

    `number` is that of the send; look-ups carry the number of the send they ask about.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    enforcement = models.ForeignKey(Enforcement, on_delete=models.PROTECT, related_name="attempt_rows", db_index=False)
    number = models.PositiveIntegerField()
    is_look_up = models.BooleanField(default=False)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    status_code = models.PositiveSmallIntegerField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["enforcement", "started_at"], name="takedowns_attempt_enforcement")]

    def __str__(self) -> str:
        return f"{self.number}. {self.outcome or 'open'}"
