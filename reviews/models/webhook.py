"""Webhooks: where sources are told, what they are told, and each try at it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from common.ids import new_id
from reviews.choices import UNDELIVERED, DeliveryState, WebhookEvent
from reviews.models.decision import Decision
from reviews.models.flag import Flag
from staff.models import ApiClient


class WebhookEndpoint(models.Model):
    """A URL of an API client that is told of `events`. Never deleted: one that ends is disabled, with the reason.

    `secret` signs, encrypted (`common.encryption`); `old_secret` signs beside it until `old_secret_expires_at`.
    `failures` counts failed calls since the last that was answered well, `failing_since_at` is when the first of them
    was; until `paused_until_at` nothing is sent.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="webhook_endpoints")
    url = models.CharField(max_length=2000)
    events = ArrayField(models.CharField(max_length=30))
    secret = models.TextField()
    old_secret = models.TextField(blank=True)
    old_secret_expires_at = models.DateTimeField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    disabled_because = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    failures = models.PositiveIntegerField(default=0)
    failing_since_at = models.DateTimeField(null=True, blank=True)
    paused_until_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client", "url"], name="reviews_webhookendpoint_once"),
            models.CheckConstraint(name="reviews_webhookendpoint_secret", condition=~Q(secret="")),
            models.CheckConstraint(
                name="reviews_webhookendpoint_disabled",
                condition=Q(is_active=True, disabled_because="") | (Q(is_active=False) & ~Q(disabled_because="")),
            ),
        ]

    def __str__(self) -> str:
        return self.url

    @property
    def host(self) -> str:
        """The part of the URL that may be shown where its path might be secret."""
        return self.url.partition("://")[2].partition("/")[0].partition("?")[0]


class WebhookDelivery(models.Model):
    """One event for one endpoint: the outbox row, written with what it tells, sent until it is answered well.

    `body` is sent as it stands, byte for byte, under the same id at each try. `cause` tells apart events of one kind
    about one flag ("decision:0192…"). Who holds `lease` is sending it; the row is due again at `next_attempt_at`, also
    when its holder died. `attempts` counts tries; `attempts_before_replay` those made before it was sent anew by hand.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.PROTECT, related_name="deliveries", db_index=False)
    event = models.CharField(max_length=30, choices=WebhookEvent)
    flag = models.ForeignKey(
        Flag, null=True, blank=True, on_delete=models.PROTECT, related_name="deliveries", db_index=False
    )
    cause = models.CharField(max_length=80, blank=True)
    body = models.TextField()
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.PENDING)
    created_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    attempts_before_replay = models.PositiveIntegerField(default=0)
    lease = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "flag", "event", "cause"], name="reviews_webhookdelivery_once"),
            models.CheckConstraint(name="reviews_webhookdelivery_state", condition=Q(state__in=DeliveryState.values)),
            models.CheckConstraint(
                name="reviews_webhookdelivery_delivered",
                condition=Q(state=DeliveryState.DELIVERED, delivered_at__isnull=False)
                | (~Q(state=DeliveryState.DELIVERED) & Q(delivered_at__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["endpoint", "next_attempt_at"],
                condition=Q(state__in=UNDELIVERED),
                name="reviews_webhookdelivery_due",
            ),
            models.Index(fields=["endpoint", "-id"], name="reviews_webhookdelivery_list"),
            models.Index(
                fields=["endpoint", "-id"],
                condition=Q(state=DeliveryState.EXHAUSTED),
                name="reviews_webhookdelivery_over",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} to {self.endpoint_id}: {self.state}"

    @property
    def message_id(self) -> str:
        """The event's id as its receiver sees it, the same at each try."""
        return f"msg_{self.pk.hex}"


class WebhookAttempt(models.Model):
    """One try at a delivery: written before it leaves (`finished_at` empty), completed with what came of it.

    One that stays open was being sent by a worker that died.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.PROTECT, related_name="attempt_rows")
    number = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    duration_ms = models.PositiveIntegerField(null=True, blank=True)
    status_code = models.PositiveSmallIntegerField(null=True, blank=True)
    error = models.CharField(max_length=500, blank=True)
    answer = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["delivery", "number"], name="reviews_webhookattempt_number")]

    def __str__(self) -> str:
        return f"{self.number}. {self.status_code or self.error or 'open'}"


class WebhookWatch(models.Model):
    """A decision whose enforcement sources are to be told of, once the ledger says that it is applied.

    Made when the decision becomes effective and somebody subscribes; dies when it was told, or nothing came of it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+")
    cause = models.CharField(max_length=80, unique=True)
    since_at = models.DateTimeField()
    look_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.cause
