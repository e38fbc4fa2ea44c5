"""Calls that take decisions back."""

from typing import ClassVar
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from common.bodies import read_body
from common.openapi import documented
from reviews.api.shapes.decisions import DecisionShown, ReverseIn, UndoIn
from reviews.services import undoing
from staff.api.calls import Call, person_of
from staff.choices import Scope


class DecisionUndo(Call):
    """A decision is undone inside its window."""

    scopes: ClassVar[dict[str, Scope | None]] = {"POST": Scope.DECISIONS_WRITE}

    @documented(
        request=UndoIn,
        answers={200: DecisionShown},
        errors=(403, 404, "too-late", "decision-not-standing", "newer-case"),
        operation_id="decision_undo",
        tags=["decisions"],
    )
    def post(self, request: Request, decision_id: UUID) -> Response:
        """Undoes the decision: nothing leaves for the platform, and the case waits again. 409 after `effective_at`. Its
        proposer takes a proposal back with it."""
        said = read_body(request, UndoIn)
        row = undoing.undo(person_of(request, said.staff), decision_id=decision_id)
        return Response(DecisionShown.of(row))


class DecisionReverse(Call):
    """A decision is reversed by a new one."""

    scopes: ClassVar[dict[str, Scope | None]] = {"POST": Scope.DECISIONS_WRITE}

    @documented(
        request=ReverseIn,
        answers={201: DecisionShown},
        errors=(403, 404, "decision-not-standing", "case-open", "second-person-needed"),
        operation_id="decision_reverse",
        tags=["decisions"],
    )
    def post(self, request: Request, decision_id: UUID) -> Response:
        """Makes the opposite decision, which stands in the old one's place. For seniors and supervisors."""
        said = read_body(request, ReverseIn)
        row = undoing.reverse(person_of(request, said.staff), decision_id=decision_id, reason=said.reason)
        return Response(DecisionShown.of(row), status=201)
