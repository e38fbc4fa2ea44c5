"""Calls about flags: sent by one or in bulk, read back, withdrawn."""

from typing import ClassVar
from uuid import UUID

from msgspec import UNSET
from rest_framework.request import Request
from rest_framework.response import Response

from common import limits
from common.bodies import read_body
from common.errors import Invalid
from common.openapi import documented, query
from common.records import answer_each, read_each
from reviews.api.shapes.flags import BulkAnswer, BulkResult, FlagReceived, FlagShown, NothingIn
from reviews.selectors import flags, orders
from reviews.services import gathering, intake, sent, withdrawals
from reviews.shapes import FlagIn
from staff.api.calls import Call, client_of
from staff.choices import Scope

_BY_REFERENCE = query(
    "client_reference",
    "Your own name for the flag",
    required=True,
    schema={"type": "string", "minLength": 1, "maxLength": 200},
    example="ticket-4711",
)


class FlagList(Call):
    """Flags come in one by one, and are found again by the sender's own reference."""

    scopes: ClassVar[dict[str, Scope | None]] = {"POST": Scope.FLAGS_WRITE, "GET": Scope.FLAGS_READ}

    @documented(
        request=FlagIn,
        answers={201: FlagReceived, 200: FlagReceived},
        errors=("reference-reused", "unknown-platform", "source-suspended"),
        operation_id="flag_send",
        tags=["flags"],
        description="Stores one flag: 201. The same `client_reference` and body again: 200 with the first flag; "
        "with another body: 409. While your flags are not processed: 403 `source-suspended` with `reason`, `ends_at`.",
    )
    def post(self, request: Request) -> Response:
        facts = sent.flag_facts(read_body(request, FlagIn))
        answer = gathering.submit_one(client_of(request), facts)
        assert answer.flag is not None
        order = orders.order_of(answer.flag.id) if facts.legal_basis else None
        return Response(FlagReceived.of_stored(answer.flag, order), status=201 if answer.is_new else 200)

    @documented(
        answers={200: FlagShown},
        errors=(404,),
        operation_id="flag_find",
        tags=["flags"],
        parameters=[_BY_REFERENCE],
        description="The flag that you sent under this reference.",
    )
    def get(self, request: Request) -> Response:
        reference = request.GET.get("client_reference", "")
        if not reference or "\0" in reference:
            raise Invalid("client_reference: say which.", fields={"client_reference": "needed"})
        return Response(FlagShown.of(flags.get_own_flag_by_reference(client_of(request), reference)))


class FlagBulk(Call):
    """Flags come in by up to ten thousand; each is answered, and a bad one never sinks the rest."""

    scopes: ClassVar[dict[str, Scope | None]] = {"POST": Scope.FLAGS_WRITE}
    max_body_bytes: ClassVar[int] = limits.BULK_BYTES

    @documented(
        request={"application/x-ndjson": FlagIn, "application/json": list[FlagIn]},
        answers={200: BulkAnswer},
        errors=("invalid",),
        operation_id="flag_send_bulk",
        tags=["flags"],
        description="Stores up to 10,000 flags, sent as NDJSON or as a JSON array.",
    )
    def post(self, request: Request) -> Response:
        read = read_each(request, FlagIn, sent.flag_facts, max_bytes=self.max_body_bytes)
        answers = answer_each(read, lambda good: intake.submit(client_of(request), good))
        results = [BulkResult.of(index, answer) for index, answer in enumerate(answers)]
        accepted = sum(result.error is UNSET for result in results)
        return Response(BulkAnswer(accepted, len(results) - accepted, results))


class FlagDetail(Call):
    """One flag of the caller's."""

    scopes: ClassVar[dict[str, Scope | None]] = {"GET": Scope.FLAGS_READ}

    @documented(answers={200: FlagShown}, errors=(404,), operation_id="flag_read", tags=["flags"])
    def get(self, request: Request, flag_id: UUID) -> Response:
        """A flag of yours: its state and, once decided, the outcome."""
        return Response(FlagShown.of(flags.get_own_flag(client_of(request), flag_id)))


class FlagWithdraw(Call):
    """A flag is taken back."""

    scopes: ClassVar[dict[str, Scope | None]] = {"POST": Scope.FLAGS_WRITE}

    @documented(answers={200: FlagShown}, errors=(404, "flag-decided"), operation_id="flag_withdraw", tags=["flags"])
    def post(self, request: Request, flag_id: UUID) -> Response:
        """Takes back a flag of yours that isn't decided yet. Withdrawing it again changes nothing."""
        actor = client_of(request)
        read_body(request, NothingIn)
        withdrawals.withdraw(actor, flag_id=flag_id)
        return Response(FlagShown.of(flags.get_own_flag(actor, flag_id)))
