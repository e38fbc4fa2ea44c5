"""Claims: leases on cases. Deciding, releasing and skipping need the live one's token."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

import audit.services as audit
from common import clock
from common.errors import Conflict, Invalid, NotFound
from reviews import audit_actions
from reviews.choices import STANDING, CaseState, ClaimEnd, DecisionState, HoldEnd, SkipReason
from reviews.errors import CaseAlreadyClaimed, ClaimLost
from reviews.models import Case, Claim, Decision, Hold, Queue, Skip
from reviews.selectors import lanes, queues, serving
from reviews.services import closing, exposure, placing
from staff.actors import SYSTEM, Actor
from staff.models import User
from staff.permissions import Permission

EXPIRED_AT_ONCE = 500
AHEAD_SECONDS = 60
NO_CASE = gettext_lazy("There is no case with this id.")

# One statement: it is what each moderator waits for, and built queries cost more than the rows.
_TAKE = """
    WITH taken AS (
        UPDATE reviews_case SET state = 'claimed', reserved_for_id = NULL, reserved_until = NULL
        WHERE id = ANY (%(cases)s) AND state <> 'claimed'
    ){opened}
    INSERT INTO reviews_claim (
        id, case_id, holder_id, queue_id, token, claimed_at, expires_at, renewals, ahead_of_id, ended_as
    )
    SELECT given.id, given.case_id, %(holder)s, %(queue)s, given.token, %(claimed_at)s, %(expires_at)s, 0,
        %(ahead_of)s, ''
    FROM unnest(%(claims)s::uuid[], %(cases)s::uuid[], %(tokens)s::text[]) AS given (id, case_id, token)
"""
_TAKE_UNSEEN = _TAKE.format(opened="")
_TAKE_AND_OPEN = _TAKE.format(opened=f", opened AS ({exposure.COUNT})")


@transaction.atomic
def claim_next(actor: Actor, *, queue: str = "") -> Claim | None:
    """The case that comes next for this person is theirs. Takes a queue's slug, or "" for all of their queues.

    Returns the claim, or None when nothing waits within the limits of their day. Cases that others are taking at this
    moment are passed over (SKIP LOCKED), so that nobody waits for anybody. Raises NotFound for an unknown queue,
    QueueOfOthers for one that isn't theirs. Audit: case.claimed.
    """
    actor.require(Permission.WORK_CASES)
    person = actor.person()
    chosen = queues.queue_of(person, queue) if queue else None
    case = serving.next_case(person, chosen, at=clock.now(), lock=True)
    return _claim(actor, case, person, chosen) if case else None


@transaction.atomic
def claim(actor: Actor, *, case_id: UUID) -> Claim:
    """This case is the person's; their own live claim is renewed, and a case that they hold for later is gone on with.

    Raises NotFound, also for a case that the person isn't cleared for; CaseAlreadyClaimed with the holder's pseudonym
    and the end of the claim; Conflict when the case is not open. Audit: case.claimed, and case.hold_ended before it
    where they held it.
    """
    actor.require(Permission.WORK_CASES)
    case = lock_shown(actor, case_id)
    live = live_claim(case.pk)
    if live and live.holder_id == actor.person().pk and live.expires_at > clock.now():
        exposure.open_ahead(live)
        return renew(actor, case_id=case_id, token=live.token)
    if live and live.expires_at > clock.now():
        raise CaseAlreadyClaimed.by(live.holder.pseudonym, live.expires_at)
    if live:
        _end_expired([live])
        case.refresh_from_db(fields=["state"])
    if case.state == CaseState.HELD:
        _resume(actor, case)
    if case.state != CaseState.WAITING:
        raise Conflict(
            _("This case is %(state)s: it can't be claimed.") % {"state": case.get_state_display().lower()},
            code="case-not-waiting",
        )
    return _claim(actor, case, actor.person(), None)


@transaction.atomic
def renew(actor: Actor, *, case_id: UUID, token: str) -> Claim:
    """The claim lasts a whole lease from now. Raises ClaimLost. Audit: case.claim_renewed."""
    actor.require(Permission.WORK_CASES)
    case, live = hold(actor, case_id, token)
    live.expires_at = clock.now() + timedelta(seconds=settings.CASELOAD["LEASE_SECONDS"])
    live.renewals += 1
    live.save(update_fields=["expires_at", "renewals"])
    audit.record(
        actor, audit_actions.CLAIM_RENEWED, _subjects(case), expires_at=live.expires_at.isoformat(timespec="seconds")
    )
    return live


@transaction.atomic
def release(actor: Actor, *, case_id: UUID, token: str) -> Case:
    """The case waits again, or closes when its flags were withdrawn meanwhile. Raises ClaimLost. Audit: case.released,
    case.closed."""
    actor.require(Permission.WORK_CASES)
    case, live = hold(actor, case_id, token)
    end([live], ClaimEnd.RELEASED)
    audit.record(actor, audit_actions.CASE_RELEASED, _subjects(case))
    wait_again(actor, [case])
    return case


@transaction.atomic
def skip(actor: Actor, *, case_id: UUID, token: str, why: str = SkipReason.OTHER, reason: str = "") -> Case:
    """The case waits again, and isn't served to this person again today; or it closes when its flags were withdrawn
    meanwhile. Takes a SkipReason, and words of one's own.

    Raises ClaimLost, Invalid. Audit: case.skipped, case.closed.
    """
    actor.require(Permission.WORK_CASES)
    if why not in SkipReason.values:
        raise Invalid(_("why: choose one."), fields={"why": _("choose one.")})
    case, live = hold(actor, case_id, token)
    end([live], ClaimEnd.SKIPPED)
    Skip.objects.get_or_create(
        case=case, person=actor.person(), day=clock.now().date(), defaults={"why": why, "reason": reason[:200]}
    )
    audit.record(actor, audit_actions.CASE_SKIPPED, _subjects(case), why=str(why), reason=reason[:200])
    wait_again(actor, [case])
    return case


@transaction.atomic
def end_expired() -> int:
    """Claims that ran out have ended, and their cases wait again. Returns how many. Audit: case.claim_expired."""
    due = Claim.objects.filter(ended_at=None, expires_at__lte=clock.now()).order_by("case_id")
    case_ids = list(due.values_list("case_id", flat=True)[:EXPIRED_AT_ONCE])
    # the case is locked before its claim, as everywhere; what a gesture holds right now is left to the next sweep
    locked = Case.objects.select_for_update(skip_locked=True).filter(pk__in=case_ids).order_by("pk")
    still = Claim.objects.filter(case__in=[case.pk for case in locked], ended_at=None, expires_at__lte=clock.now())
    return _end_expired(list(still.select_related("holder")))


# ── shared with decisions and batches ────────────────────────────────────────────────────────────────────
def lock_case(case_id: UUID) -> Case:
    """The case, locked, with its account and platform. Raises NotFound."""
    rows = Case.objects.select_for_update(of=("self",)).select_related("account__platform", "lane")
    case = rows.filter(pk=case_id).first()
    if case is None:
        raise NotFound(str(NO_CASE))
    return case


def lock_shown(actor: Actor, case_id: UUID) -> Case:
    """As `lock_case`, for whoever doesn't hold the case. Raises NotFound also when they aren't cleared for it."""
    case = lock_case(case_id)
    if not lanes.is_cleared(actor, case.lane):
        raise NotFound(str(NO_CASE))
    return case


def live_claim(case_id: UUID) -> Claim | None:
    """The claim on a case that hasn't ended, run out or not."""
    return Claim.objects.filter(case=case_id, ended_at=None).select_related("holder").first()


def hold(actor: Actor, case_id: UUID, token: str) -> tuple[Case, Claim]:
    """The locked case and its live claim, when `token` is the live one's and the actor's person holds it.

    Raises NotFound, or ClaimLost telling who has the case now.
    """
    case = lock_case(case_id)
    live = live_claim(case.pk)
    check_token(actor, case, live, token)
    assert live is not None
    return case, live


def check_token(actor: Actor, case: Case, live: Claim | None, token: str) -> None:
    """Raises ClaimLost unless `token` is the live claim's, unexpired, and held by the actor's person."""
    if live is None and (decided := Decision.objects.filter(case=case, state__in=STANDING).last()):
        who = _("You") if decided.decided_by_id == actor.person().pk else decided.decided_by.pseudonym
        outcome = decided.get_outcome_display().lower()
        raise ClaimLost(
            _("%(who)s decided this case at %(decided_at)s UTC: %(outcome)s.")
            % {"who": who, "decided_at": f"{decided.decided_at:%H:%M:%S}", "outcome": outcome}
        )
    if live is None and (proposed := Decision.objects.filter(case=case, state=DecisionState.PROPOSED).last()):
        who = _("You") if proposed.decided_by_id == actor.person().pk else proposed.decided_by.pseudonym
        raise ClaimLost(
            _("%(who)s proposed to suspend at %(decided_at)s UTC: a second person answers.")
            % {"who": who, "decided_at": f"{proposed.decided_at:%H:%M:%S}"}
        )
    if live is None and case.state in (CaseState.HELD, CaseState.ESCALATED):
        raise ClaimLost(
            _("This case is %(state)s now: your claim on it has ended.") % {"state": case.get_state_display().lower()}
        )
    if live is None and case.state == CaseState.CLOSED:
        why = case.get_closed_as_display().lower() if case.closed_as else _("nothing is left to decide")
        raise ClaimLost(_("This case is closed: %(why)s.") % {"why": why})
    if live is None:
        raise ClaimLost(_("Your claim on this case has ended, and nobody has it now. Claim it again to go on."))
    if live.token == token and live.holder_id == actor.person().pk:
        if live.expires_at > clock.now():
            return
        raise ClaimLost(
            _("Your claim ran out at %(expires_at)s UTC. Claim the case again to go on.")
            % {"expires_at": f"{live.expires_at:%H:%M:%S}"}
        )
    raise ClaimLost(
        _("%(pseudonym)s has this case since %(claimed_at)s UTC.")
        % {"pseudonym": live.holder.pseudonym, "claimed_at": f"{live.claimed_at:%H:%M:%S}"},
        details={"holder": live.holder.pseudonym, "expires_at": live.expires_at.isoformat()},
    )


def take(
    actor: Actor,
    cases: Sequence[Case],
    person: User,
    queue: Queue | None = None,
    *,
    ahead_of: Claim | None = None,
    is_opened: bool = True,
) -> list[Claim]:
    """These cases (locked, with account and platform; waiting, or new and put in as claimed) are claimed by `person`;
    for a minute only when it is done ahead, while they decide under another claim. What is claimed for their own eyes,
    and not ahead, counts as opened. Audit: case.claimed for each."""
    now = clock.now()
    lasts = AHEAD_SECONDS if ahead_of else settings.CASELOAD["LEASE_SECONDS"]
    expires_at = now + timedelta(seconds=lasts)
    made = [
        Claim(
            case=case,
            holder=person,
            queue=queue,
            token=secrets.token_urlsafe(24),
            claimed_at=now,
            expires_at=expires_at,
            ahead_of=ahead_of,
        )
        for case in cases
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            _TAKE_AND_OPEN if is_opened and ahead_of is None else _TAKE_UNSEEN,
            exposure.params(person, [case.pk for case in cases], now)
            | {
                "claims": [claim.pk for claim in made],
                "tokens": [claim.token for claim in made],
                "queue": queue.pk if queue else None,
                "claimed_at": now,
                "expires_at": expires_at,
                "ahead_of": ahead_of.pk if ahead_of else None,
            },
        )
    for case, claim in zip(cases, made, strict=True):
        case.state, case.reserved_for, case.reserved_until = CaseState.CLAIMED, None, None
        claim._state.adding = False  # it stands: what saves it next is an update
    detail = {"queue": queue.slug if queue else "", "expires_at": expires_at.isoformat(timespec="seconds")}
    audit.record_many(actor, audit_actions.CASE_CLAIMED, [(_subjects(case), dict(detail)) for case in cases])
    return made


def end(live: Iterable[Claim], how: ClaimEnd) -> None:
    """These claims have ended."""
    Claim.objects.filter(pk__in=[row.pk for row in live]).update(ended_at=clock.now(), ended_as=how)


def wait_again(actor: Actor, cases: Sequence[Case], *, first_to: User | None = None) -> None:
    """These cases (locked, nobody's) wait; first for a person, for a set time, where one is given. Those whose flags
    were all withdrawn while somebody had them close. Nothing is kept for a person who isn't cleared for it: nobody else
    would be served it meanwhile."""
    if first_to and not all(set(case.account.clearances) <= set(first_to.clearances) for case in cases):
        first_to = None
    until = clock.now() + timedelta(hours=settings.CASELOAD["RESERVED_HOURS"]) if first_to else None
    for case in cases:
        case.state, case.reserved_for, case.reserved_until = CaseState.WAITING, first_to, until
    waiting = Case.objects.filter(pk__in=[case.pk for case in cases])
    waiting.update(state=CaseState.WAITING, reserved_for=first_to, reserved_until=until)
    closing.close_withdrawn(actor, cases)


def let_go(cases: Sequence[Case]) -> None:
    """These cases (locked, nobody's) wait, for anybody who may be served them."""
    rows = Case.objects.filter(pk__in=[case.pk for case in cases])
    rows.update(state=CaseState.WAITING, reserved_for=None, reserved_until=None)


def end_hold(case: Case, how: HoldEnd) -> Hold:
    """The open hold on a held case (locked) has ended. Returns it, with its holder."""
    row = Hold.objects.select_related("holder").get(case=case, ended_at=None)
    row.ended_at, row.ended_as = clock.now(), how
    row.save(update_fields=["ended_at", "ended_as"])
    return row


def _resume(actor: Actor, case: Case) -> None:
    """A case that this person holds for later waits; one that somebody else does stays held."""
    if Hold.objects.filter(case=case, holder=actor.person(), ended_at=None).exists():
        end_hold(case, HoldEnd.RESUMED)
        wait_again(actor, [case])
        audit.record(actor, audit_actions.HOLD_ENDED, _subjects(case), why=str(HoldEnd.RESUMED))


def _claim(actor: Actor, case: Case, person: User, queue: Queue | None) -> Claim:
    (made,) = take(actor, [case], person, queue)
    return made


def _end_expired(run_out: list[Claim]) -> int:
    end(run_out, ClaimEnd.EXPIRED)
    holders = {row.case_id: row.holder.pseudonym for row in run_out}
    cases = list(Case.objects.filter(pk__in=holders).select_related("account__platform"))
    audit.record_many(
        SYSTEM, audit_actions.CLAIM_EXPIRED, [(_subjects(case), {"holder": holders[case.pk]}) for case in cases]
    )
    wait_again(SYSTEM, cases)
    return len(run_out)


def _subjects(case: Case) -> list[str]:
    return placing.subjects(case.account, case.pk)
