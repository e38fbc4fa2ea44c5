"""Notes on cases."""

from django.db import models

from common.ids import new_id
from reviews.models.case import Case
from staff.models import User


class Note(models.Model):
    """What a person wrote down on a case, for colleagues. Never deleted; its author may edit it, and the
    earlier texts stay."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    written_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(name="reviews_note_text", condition=~models.Q(text=""))]

    def __str__(self) -> str:
        return f"{self.author_id} on {self.case_id}"


class NoteVersion(models.Model):
    """An earlier text of a note, as it stood from `written_at` until it was edited."""

    id = models.BigAutoField(primary_key=True)
    note = models.ForeignKey(Note, on_delete=models.PROTECT, related_name="versions")
    text = models.TextField()
    written_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.note_id} at {self.written_at:%Y-%m-%d %H:%M}"


class Mention(models.Model):
    """A note names a colleague: it stands on their first page until they have opened it."""

    id = models.BigAutoField(primary_key=True)
    note = models.ForeignKey(Note, on_delete=models.PROTECT, related_name="mentions")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="mentions")
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["note", "person"], name="reviews_mention_once")]
        indexes = [
            models.Index(fields=["person"], condition=models.Q(read_at__isnull=True), name="reviews_mention_unread")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.note_id}"
