"""Calls about one case: read, served, claimed, given back, decided. Whoever acts is a person that the key acts for."""

from typing import ClassVar
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from common import clock
from common.bodies import read_body
from common.clock import in_utc
from common.openapi import documented, query
from reviews.api.shapes.cases import (
    CaseDetail,
    CaseShown,
    Claimed,
    ClaimIn,
    EscalateIn,
    Held,
    HolderIn,
    HoldIn,
    NextIn,
    SkipIn,
)
from reviews.api.shapes.decisions import DecisionIn, DecisionShown
from reviews.choices import CaseState, DecisionState
from reviews.selectors import cases, second_person, trust
from reviews.services import claims, decisions, escalations, holding, viewing
from staff.api.calls import Call, client_of, person_of
from staff.choices import Scope


class CaseRead(Call):
    """One case; the log tells who looked."""

    scopes: ClassVar[dict[str, Scope | None]] = {"GET": Scope.CASES_READ}

    @documented(
        answers={200: CaseDetail},
        errors=(404,),
        operation_id="case_read",
        tags=["cases"],
        parameters=[
            query("staff", "Username of a person whom the key acts for: `actions` are theirs", example="moderator")
        ],
    )
    def get(self, request: Request, case_id: UUID) -> Response:
        """A case with its flags, its rank explained, and what the person named in `staff` may do with it."""
        username = request.GET.get("staff", "")
        actor = person_of(request, username) if username else client_of(request)
        case = viewing.read(actor, case_id=case_id)
        at = clock.now()
        actions = cases.actions_on(actor, case, cases.live_claim(case, at))
        flags = cases.flags_of(case)
        trusted = trust.trusted_flags(flags)
        proposal = second_person.proposal_on(case) if case.state == CaseState.SECOND_LOOK else None
        return Response(CaseDetail.of_case(case, flags, cases.rank_lines(case, at), actions, trusted, proposal))


class QueueNext(Call):
    """The next case."""

    scopes: ClassVar[dict[str, Scope | None]] = {"POST": Scope.CASES_WRITE}

    @documented(
        request=NextIn,
        answers={200: Claimed, 204: None},
        errors=(403, 404, "queue-of-others"),
        operation_id="queue_next",
        tags=["cases"],
    )
    def post(self, request: Request) -> Response:
        """Claims the case that comes next for the person; 204 when nothing waits, or nothing more that their day may
        bring."""
        wanted = read_body(request, NextIn)
        claim = claims.claim_next(person_of(request, wanted.staff), queue=wanted.queue)
        return Response(Claimed.of(claim.case, claim)) if claim else Response(status=204)


class CaseClaim(Call):
    """A case is claimed by its id."""

    scopes: ClassVar[dict[str, Scope | None]] = {"POST": Scope.CASES_WRITE}

    @documented(
        request=ClaimIn,
        answers={200: Claimed},
        errors=(403, 404, "case-claimed", "case-not-waiting"),
        operation_id="case_claim",
        tags=["cases"],
    )
    def post(self, request: Request, case_id: UUID) -> Response:
        """Claims the case; renews the person's own claim, and goes on with what they hold for later. 409 with `holder`
        and `expires_at` when another has it."""
        wanted = read_body(request, ClaimIn)
        claim = claims.claim(person_of(request, wanted.staff), case_id=case_id)
        return Response(Claimed.of(claim.case, claim))


class CaseRenew(Call):
    """A claim is renewed."""

    scopes: ClassVar[dict[str, Scope | None]] = {"POST": Scope.CASES_WRITE}

    @documented(
        request=HolderIn,
        answers={200: Claimed},
        errors=(403, 404, "claim-lost"),
        operation_id="case_renew",
        tags=["cases"],
    )
    def post(self, request: Request, case_id: UUID) -> Response:
        """The claim lasts a whole lease from now. 409 when the token is not the live one."""
        holder = read_body(request, HolderIn)
        claim = claims.renew(person_of(request, holder.staff), case_id=case_id, token=holder.claim_token)
        return Response(Claimed.of(claim.case, claim))


class CaseRelease(Call):
    """A case is given back."""

    scopes: ClassVar[dict[str, Scope | None]] = {"POST": Scope.CASES_WRITE}

    @documented(
        request=HolderIn,
        answers={200: CaseShown},
        errors=(403, 404, "claim-lost"),
        operation_id="case_release",
        tags=["cases"],
    )
    def post(self, request: Request, case_id: UUID) -> Response:
        """The case waits again."""
        holder = read_body(request, HolderIn)
        case = claims.release(person_of(request, holder.staff), case_id=case_id, token=holder.claim_token)
        return Response(CaseShown.of(case))


class CaseSkip(Call):
    """A case is passed over."""

    scopes: ClassVar[dict[str, Scope | None]] = {"POST": Scope.CASES_WRITE}

    @documented(
        request=SkipIn,
        answers={200: CaseShown},
        errors=(403, 404, "claim-lost"),
        operation_id="case_skip",
        tags=["cases"],
    )
    def post(self, request: Request, case_id: UUID) -> Response:
        """The case waits again, and isn't served to this person again today."""
        said = read_body(request, SkipIn)
        actor = person_of(request, said.staff)
        case = claims.skip(actor, case_id=case_id, token=said.claim_token, why=said.why, reason=said.reason)
        return Response(CaseShown.of(case))


class CaseHold(Call):
    """A case is held for later."""

    scopes: ClassVar[dict[str, Scope | None]] = {"POST": Scope.CASES_WRITE}

    @documented(
        request=HoldIn,
        answers={200: Held},
        errors=(403, 404, "claim-lost", "express-case"),
        operation_id="case_hold",
        tags=["cases"],
    )
    def post(self, request: Request, case_id: UUID) -> Response:
        """The case leaves its queue until the person claims it again by its id, or until `remind_at`."""
        wanted = read_body(request, HoldIn)
        made = holding.hold(
            person_of(request, wanted.staff),
            case_id=case_id,
            token=wanted.claim_token,
            reason=wanted.reason,
            remind_at=in_utc(wanted.remind_at, "remind_at"),
        )
        return Response(Held(CaseShown.of(made.case), made.remind_at))


class CaseEscalate(Call):
    """A question is asked about a case."""

    scopes: ClassVar[dict[str, Scope | None]] = {"POST": Scope.CASES_WRITE}

    @documented(
        request=EscalateIn,
        answers={200: CaseShown},
        errors=(403, 404, "claim-lost"),
        operation_id="case_escalate",
        tags=["cases"],
    )
    def post(self, request: Request, case_id: UUID) -> Response:
        """The case waits for an answer, which a person gives on its page; then it is served to the asker first."""
        asked = read_body(request, EscalateIn)
        made = escalations.escalate(
            person_of(request, asked.staff),
            case_id=case_id,
            token=asked.claim_token,
            queue=asked.queue,
            question=asked.question,
        )
        return Response(CaseShown.of(made.case))


class CaseDecision(Call):
    """A case is decided."""

    scopes: ClassVar[dict[str, Scope | None]] = {"POST": Scope.DECISIONS_WRITE}

    @documented(
        request=DecisionIn,
        answers={201: DecisionShown, 202: DecisionShown},
        errors=(403, 404, "claim-lost", "evidence-changed"),
        operation_id="case_decide",
        tags=["decisions"],
    )
    def post(self, request: Request, case_id: UUID) -> Response:
        """Decides the case under the live claim; 202 when a second person must approve it, on its page. 409 for a stale
        token, or to keep when more evidence came in."""
        said = read_body(request, DecisionIn)
        made = decisions.decide_one(person_of(request, said.staff), said.verdict(case_id))
        return Response(DecisionShown.of(made), status=202 if made.state == DecisionState.PROPOSED else 201)
