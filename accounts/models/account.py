"""Accounts under review, and their snapshots."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models.functions import Lower

from accounts.choices import PlatformState, ProtectedClass, SnapshotCause
from accounts.models.platform import Platform
from accounts.rules.likeness import NONE
from common.ids import new_id


class Account(models.Model):
    """One account on a platform, known by (platform, external id): nothing else identifies it, handles least of all.

    What isn't known is null or empty, never 0. `platform_state` is what the platform is known to have done by
    `platform_state_by` (an upper bound); it never stands for a decision of ours. `attributes` keeps what a data set
    says of the account beyond our words (for example a researcher's category). `handle_key` and `bio_key` are
    fingerprints (`rules.likeness`) by which accounts that are made alike are found; 0 is none. `clearances` is all that
    people need to be shown its material (`staff.choices.Clearance`), sorted; empty: nothing.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    platform = models.ForeignKey(Platform, on_delete=models.PROTECT, related_name="accounts")
    external_id = models.CharField(max_length=300)
    handle = models.CharField(max_length=200)
    display_name = models.CharField(max_length=400, blank=True)
    bio = models.TextField(blank=True)
    url = models.CharField(max_length=1000, blank=True)
    language = models.CharField(max_length=35, blank=True)
    country = models.CharField(max_length=2, blank=True)
    followers = models.BigIntegerField(null=True, blank=True)
    following = models.BigIntegerField(null=True, blank=True)
    posts = models.BigIntegerField(null=True, blank=True)
    created_on = models.DateField(null=True, blank=True)
    protected_class = models.CharField(max_length=20, choices=ProtectedClass, blank=True)
    platform_state = models.CharField(max_length=10, choices=PlatformState, blank=True)
    platform_state_by = models.DateField(null=True, blank=True)
    first_seen_at = models.DateTimeField(null=True, blank=True)
    last_seen_at = models.DateTimeField(null=True, blank=True)
    attributes = models.JSONField(default=dict, blank=True)
    updated_at = models.DateTimeField()
    handle_key = models.BigIntegerField(default=NONE, db_default=NONE)
    bio_key = models.BigIntegerField(default=NONE, db_default=NONE)
    clearances = ArrayField(models.CharField(max_length=20), default=list, db_default=[], blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["platform", "external_id"], name="accounts_account_external_id"),
            models.CheckConstraint(
                name="accounts_account_protected_class",
                condition=models.Q(protected_class__in=ProtectedClass.values),
            ),
            models.CheckConstraint(
                name="accounts_account_platform_state",
                condition=models.Q(platform_state__in=PlatformState.values),
            ),
            models.CheckConstraint(
                name="accounts_account_counts",
                condition=(models.Q(followers__isnull=True) | models.Q(followers__gte=0))
                & (models.Q(following__isnull=True) | models.Q(following__gte=0))
                & (models.Q(posts__isnull=True) | models.Q(posts__gte=0)),
            ),
        ]
        indexes = [
            # this class of operators serves a handle's beginning as well as the whole handle, in any collation
            models.Index(OpClass(Lower("handle"), name="text_pattern_ops"), name="accounts_account_handle"),
            models.Index(
                fields=["protected_class"], condition=~models.Q(protected_class=""), name="accounts_account_protected"
            ),
            models.Index(
                fields=["handle_key"], condition=~models.Q(handle_key=NONE), name="accounts_account_handle_key"
            ),
            models.Index(fields=["bio_key"], condition=~models.Q(bio_key=NONE), name="accounts_account_bio_key"),
            models.Index(
                fields=["id"],
                include=["clearances"],
                condition=~models.Q(clearances=[]),
                name="accounts_account_restricted",
            ),
        ]

    def __str__(self) -> str:
        return f"@{self.handle}"

    @property
    def is_protected(self) -> bool:
        """Whether suspending it needs more than one moderator."""
        return self.protected_class != ProtectedClass.NONE


class Snapshot(models.Model):
    """An account's counts at one moment. One is taken at each flag, so "followers at detection" is a fact."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="snapshots")
    taken_at = models.DateTimeField()
    followers = models.BigIntegerField(null=True)
    following = models.BigIntegerField(null=True)
    posts = models.BigIntegerField(null=True)
    cause = models.CharField(max_length=10, choices=SnapshotCause)

    class Meta:
        indexes = [models.Index(fields=["account", "taken_at"], name="accounts_snapshot_account")]

    def __str__(self) -> str:
        return f"{self.account_id} at {self.taken_at:%Y-%m-%d %H:%M}"
