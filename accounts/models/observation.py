"""What accounts did: months and posts."""

from django.db import models

from accounts.choices import PostKind
from accounts.models.account import Account
from accounts.rules.likeness import NONE
from common.ids import new_id


class Observation(models.Model):
    """What an account did in a month, as counted by whoever watched it. `month` is the month's first day."""

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="observations")
    month = models.DateField()
    posts = models.BigIntegerField()
    reposts = models.BigIntegerField(null=True)
    languages = models.JSONField(default=dict)
    followers_last = models.BigIntegerField(null=True)
    followers_max = models.BigIntegerField(null=True)
    followers_mean = models.FloatField(null=True)
    following_last = models.BigIntegerField(null=True)
    posts_last = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "month"], name="accounts_observation_month"),
            models.CheckConstraint(name="accounts_observation_first_day", condition=models.Q(month__day=1)),
        ]
        indexes = [models.Index(fields=["month"], name="accounts_observation_by_month")]

    def __str__(self) -> str:
        return f"{self.account_id} in {self.month:%Y-%m}"


class Post(models.Model):
    """A piece of evidence: captured once, never edited. `content_hash` is the SHA-256 of the NFC text, hexadecimal;
    `fingerprint` is equal for texts that are nearly the same (`rules.likeness.text_key`), 0 for a text without one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="captured_posts")
    external_id = models.CharField(max_length=300)
    text = models.TextField()
    language = models.CharField(max_length=35, blank=True)
    kind = models.CharField(max_length=10, choices=PostKind, blank=True)
    posted_at = models.DateTimeField(null=True, blank=True)
    url = models.CharField(max_length=1000, blank=True)
    media = models.JSONField(default=list, blank=True)
    content_hash = models.CharField(max_length=64)
    fingerprint = models.BigIntegerField(default=NONE, db_default=NONE)
    captured_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "external_id"], name="accounts_post_external_id"),
        ]
        indexes = [
            models.Index(fields=["account", "-posted_at"], name="accounts_post_account"),
            models.Index(
                fields=["fingerprint", "account"],
                condition=~models.Q(fingerprint=NONE),
                name="accounts_post_fingerprint",
            ),
        ]

    def __str__(self) -> str:
        return self.external_id
