"""What the search of cases finds words in: the text of flags and posts, and which of it isn't there yet."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models import Account
from reviews.choices import TextKind


class SearchText(models.Model):
    """The words of one flag's reason or of one post, stemmed by its language, and among them the name of how they were
    stemmed. `id` is the flag's or the post's.

    Written by a sweep a moment after what it repeats, never changed; dies with its account. Stands in a table of its
    own, so that intake doesn't pay for its index: docs/decisions/0025-words-are-indexed-behind-intake.md.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    document = SearchVectorField()

    class Meta:
        indexes = [GinIndex(fields=["document"], name="reviews_searchtext_words")]

    def __str__(self) -> str:
        return str(self.pk)


class SearchMark(models.Model):
    """A trigger's note that flags or posts were inserted: up to a thousand of them, `ids`.

    Inserted by the database in the writing transaction, deleted by the sweep in the transaction that makes their words
    known, so none is lost, however late it commits. Without a unique key: writers never wait for one another.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=4, choices=TextKind)
    ids = ArrayField(models.UUIDField())
    marked_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.CheckConstraint(name="reviews_searchmark_kind", condition=Q(kind__in=TextKind.values))]

    def __str__(self) -> str:
        return f"{len(self.ids)} of kind {self.kind}"
