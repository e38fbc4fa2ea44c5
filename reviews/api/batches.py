"""Calls about batches: asked for, read, and steered. Whoever steers is a person that the key acts for."""

from collections.abc import Callable
from typing import ClassVar
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from common import clock, limits
from common.bodies import read_body
from common.errors import Invalid
from common.openapi import CURSOR, documented
from common.paging import page_size
from reviews.api.shapes.batches import (
    BatchGestureIn,
    BatchIn,
    BatchItemPage,
    BatchItemShown,
    BatchProgress,
    BatchRevertIn,
    BatchShown,
)
from reviews.models import Batch
from reviews.selectors import batch_items, batch_page
from reviews.selectors import batches as batch_selectors
from reviews.services import batches, reverting, steering
from staff.actors import Actor
from staff.api.calls import Call, client_of, person_of
from staff.choices import Scope


def _shown(actor: Actor, batch_id: UUID) -> BatchShown:
    batch = batch_selectors.get_batch(actor, batch_id)
    now = clock.now()
    progress, revert = batch_selectors.progress(batch), batch_selectors.revert_progress(batch)
    return BatchShown.of(
        batch,
        BatchProgress.of(progress, batch_page.pace_of(batch, progress, at=now)),
        BatchProgress.of(revert, batch_page.revert_pace_of(batch, revert, at=now)) if revert else None,
    )


class BatchList(Call):
    """A batch is asked for."""

    scopes: ClassVar[dict[str, Scope | None]] = {"POST": Scope.BATCHES_WRITE}
    max_body_bytes: ClassVar[int] = limits.BULK_BYTES

    @documented(
        request=BatchIn,
        answers={201: BatchShown},
        errors=(403,),
        operation_id="batch_plan",
        tags=["batches"],
    )
    def post(self, request: Request) -> Response:
        """Freezes the list and makes the dry run: who would be enforced on, who is left out and why. Nothing is decided
        yet. Above the approval size a supervisor other than the asker approves it on its page, which starts it."""
        said = read_body(request, BatchIn, max_bytes=self.max_body_bytes)
        actor = person_of(request, said.staff)
        made = batches.plan(actor, said.plan())
        return Response(_shown(actor, made.pk), status=201)


class BatchDetail(Call):
    """One batch."""

    scopes: ClassVar[dict[str, Scope | None]] = {"GET": Scope.BATCHES_READ}

    @documented(answers={200: BatchShown}, errors=(404,), operation_id="batch_read", tags=["batches"])
    def get(self, request: Request, batch_id: UUID) -> Response:
        """The batch, its dry run, and how far it is."""
        return Response(_shown(client_of(request), batch_id))


class BatchItems(Call):
    """The accounts of a batch."""

    scopes: ClassVar[dict[str, Scope | None]] = {"GET": Scope.BATCHES_READ}

    @documented(
        answers={200: BatchItemPage}, errors=(404,), operation_id="batch_items", tags=["batches"], parameters=[*CURSOR]
    )
    def get(self, request: Request, batch_id: UUID) -> Response:
        """The frozen list in its order, page by page, each account with what came of it."""
        batch = batch_selectors.get_batch(client_of(request), batch_id)
        size = page_size(request.GET.get("page_size"))
        found = batch_items.page_of(batch, after=_place(request.GET.get("cursor")), size=size + 1)
        shown = [BatchItemShown.of(line) for line in batch_items.lines_of(batch, found[:size])]
        return Response(BatchItemPage(results=shown, next=str(shown[-1].line) if len(found) > size else None))


def _place(cursor: str | None) -> int:
    """The line that the page before ended with. Raises Invalid."""
    if cursor is None:
        return 0
    if not cursor.isdecimal() or len(cursor) > len(str(batches.MAX_ACCOUNTS)):
        raise Invalid(
            "cursor: give the `next` of a former page.", fields={"cursor": "give the `next` of a former page"}
        )
    return int(cursor)


class _Gesture(Call):
    """What a person does with a batch through a key."""

    scopes: ClassVar[dict[str, Scope | None]] = {"POST": Scope.BATCHES_WRITE}

    def _done(self, request: Request, batch_id: UUID, service: Callable[..., Batch]) -> Response:
        actor = person_of(request, read_body(request, BatchGestureIn).staff)
        service(actor, batch_id=batch_id)
        return Response(_shown(actor, batch_id))


class BatchStart(_Gesture):
    """A batch is started."""

    @documented(
        request=BatchGestureIn,
        answers={200: BatchShown},
        errors=(403, 404, "batch-state", "approval-needed"),
        operation_id="batch_start",
        tags=["batches"],
    )
    def post(self, request: Request, batch_id: UUID) -> Response:
        """Runs the batch, up to the approval size. Starting one that runs changes nothing."""
        return self._done(request, batch_id, batches.start)


class BatchPause(_Gesture):
    """A batch is paused."""

    @documented(
        request=BatchGestureIn,
        answers={200: BatchShown},
        errors=(403, 404, "batch-state"),
        operation_id="batch_pause",
        tags=["batches"],
    )
    def post(self, request: Request, batch_id: UUID) -> Response:
        """Stops the batch at once: nothing more of it is decided or leaves; what is on its way is settled."""
        return self._done(request, batch_id, steering.pause)


class BatchResume(_Gesture):
    """A batch goes on."""

    @documented(
        request=BatchGestureIn,
        answers={200: BatchShown},
        errors=(403, 404, "batch-state", "approval-expired"),
        operation_id="batch_resume",
        tags=["batches"],
    )
    def post(self, request: Request, batch_id: UUID) -> Response:
        """The paused batch goes on where it stood."""
        return self._done(request, batch_id, steering.resume)


class BatchCancel(_Gesture):
    """A batch is cancelled."""

    @documented(
        request=BatchGestureIn,
        answers={200: BatchShown},
        errors=(403, 404, "batch-state"),
        operation_id="batch_cancel",
        tags=["batches"],
    )
    def post(self, request: Request, batch_id: UUID) -> Response:
        """Ends the batch at once: nothing more of it leaves. What has not left is taken back, what is applied stays
        applied, what is on its way is settled; then `finished_at` is set, and each account of the list says which."""
        return self._done(request, batch_id, steering.cancel)


class BatchRetry(_Gesture):
    """What failed of a batch is tried again."""

    @documented(
        request=BatchGestureIn,
        answers={200: BatchShown},
        errors=(403, 404, "batch-state", "nothing-failed"),
        operation_id="batch_retry",
        tags=["batches"],
    )
    def post(self, request: Request, batch_id: UUID) -> Response:
        """Has everything tried again that has failed by now, of the batch or of its reverting."""
        return self._done(request, batch_id, steering.retry)


class BatchRevert(Call):
    """A batch is reverted."""

    scopes: ClassVar[dict[str, Scope | None]] = {"POST": Scope.BATCHES_WRITE}
    max_body_bytes: ClassVar[int] = limits.BULK_BYTES

    @documented(
        request=BatchRevertIn,
        answers={200: BatchShown},
        errors=(403, 404, "batch-state", "keeps-only", "nothing-to-revert"),
        operation_id="batch_revert",
        tags=["batches"],
    )
    def post(self, request: Request, batch_id: UUID) -> Response:
        """Reverses the decisions of a batch that has ended, the whole or a part: what it suspended is reinstated. Each
        reversal is a new decision that points at the old one; nothing is erased."""
        said = read_body(request, BatchRevertIn, max_bytes=self.max_body_bytes)
        actor = person_of(request, said.staff)
        reverting.revert(actor, batch_id=batch_id, reason=said.reason, accounts=said.keys())
        return Response(_shown(actor, batch_id))
