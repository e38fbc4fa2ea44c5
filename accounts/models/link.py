"""Where accounts link to."""

from django.db import models

from accounts.models.account import Account


class Link(models.Model):
    """An account linked to a host, in its bio or in a captured post. Made when either comes in; never a verdict."""

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="links", db_index=False)
    host = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "host"], name="accounts_link_once")]
        indexes = [models.Index(fields=["host", "account"], name="accounts_link_host")]

    def __str__(self) -> str:
        return f"{self.account_id} to {self.host}"
