"""A case's whole life against a plain model: whatever several people do in whatever order, and whenever, the states
agree, a success is in the log, and a refusal leaves nothing behind.

The model knows no row: it is told the moves, and predicts of each whether it succeeds and what holds afterwards.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from accounts.models import Account
from audit.models import Entry
from common import clock
from common.errors import DomainError
from reviews.choices import OPEN_CASE, STANDING
from reviews.models import Case, Claim, Decision, Escalation, Hold, Queue
from reviews.services import claims, decisions, escalations, handing, holding, proposals, undoing
from reviews.services.facts import EvidencePost, Verdict
from staff.actors import Actor
from staff.choices import SourceKind
from takedowns.choices import Kind, State
from takedowns.models import Enforcement
from tests.cast import Cast, a_cast, a_client, a_flag, a_policy, an_account
from tests.conftest import NOON

LEASE, RESERVED, UNDO, HOLD = timedelta(minutes=5), timedelta(hours=4), timedelta(seconds=30), timedelta(hours=24)
WHO = ["moderator", "moderator2", "senior", "supervisor"]
HOLDERS = [*WHO, *["whoever has it"] * 6]  # or most moves under a claim would be refused, and nothing reached
MOMENTS = [1] * 4 + [10, 29, 31, 299, 301, 3600, 4 * 3600, 24 * 3600]
ANSWERERS = {"senior", "supervisor"}
TAKEN_BACK = {State.CANCELLED, State.SUPERSEDED}
ACCOUNTS = 3  # one like any other, one protected, and one protected that a government flagged


@dataclass
class Decided:
    """What the model knows of a decision."""

    id: UUID
    outcome: str
    state: str
    decider: str
    approver: str = ""
    effective_at: datetime | None = None


@dataclass
class Question:
    """What the model knows of a case. `kinds` are those of its open flags' sources."""

    id: UUID
    account: int
    kinds: set[str]
    state: str = "waiting"
    version: int = 1
    holder: str = ""
    token: str = "none"
    expires_at: datetime = NOON
    keeper: str = ""
    remind_at: datetime = NOON
    asker: str = ""
    reserved_for: str = ""
    reserved_until: datetime = NOON
    decided: Decided | None = None
    skipped: set[tuple[str, date]] = field(default_factory=set)

    def wait(self, first_to: str = "", until: datetime = NOON) -> None:
        """Nobody has it; it is kept for somebody, or for nobody."""
        self.state, self.holder, self.keeper, self.asker = "waiting", "", "", ""
        self.reserved_for, self.reserved_until = first_to, until


class Life(RuleBasedStateMachine):
    """The moves. Each is one gesture of the services, by one person, on one case."""

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.now = NOON
        with clock.frozen(self.now):
            self.cast: Cast = a_cast()
            self.sources = {"plain": a_client()[0], "government": a_client(kind=SourceKind.GOVERNMENT)[0]}
            Queue.objects.create(slug="hard", title="Hard")
            self.policy = a_policy().code
            self.accounts: list[Account] = [an_account(protected_class=kind) for kind in ("", "minor", "journalist")]
            self.questions: list[Question] = []
            for number, kind in enumerate(("plain", "plain", "government")):
                case = a_flag(self.sources[kind], self.accounts[number]).case
                self.questions.append(Question(case.pk, number, {kind}))
        self.posts = 0
        self.entries = Entry.objects.count()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    # ── how a move is made ───────────────────────────────────────────────────────────────────────────────
    def actor(self, who: str) -> Actor:
        return self.cast.everyone[who]

    def try_it(self, allowed: bool, move: Callable[[], Any]) -> Any:
        """The move, which the model says is `allowed`: it succeeds with an entry, or is refused without one; that a
        refusal changed nothing is what the invariants say, since the model didn't move."""
        made = refusal = None
        with clock.frozen(self.now):
            try:
                made = move()
            except DomainError as error:
                refusal = error.message
        entries = Entry.objects.count()
        assert (refusal is None) == allowed, refusal or "it was not refused"
        assert (entries > self.entries) == allowed
        self.entries = entries
        return made

    def open_of(self, account: int) -> Question | None:
        return next((q for q in self.questions if q.account == account and q.state in OPEN_CASE), None)

    def has(self, who: str, case: Question) -> bool:
        return case.state == "claimed" and case.holder == who and case.expires_at > self.now

    def mine(self, who: str, case: Question) -> dict[str, Any]:
        """What a gesture under a claim is told: the live token for its holder, and another's for anybody else."""
        return {"case_id": case.id, "token": case.token if case.holder == who else "somebody else's"}

    def claimed(self, who: str, case: Question, claim: Claim) -> None:
        case.wait()
        case.state, case.holder, case.token, case.expires_at = "claimed", who, claim.token, self.now + LEASE

    def first_to(self, case: Question, who: str) -> None:
        case.wait(who, self.now + RESERVED)

    def pick(self, number: int) -> Question:
        return self.questions[number % len(self.questions)]

    def claimed_case(self, who: str, number: int) -> tuple[Question, str]:
        """A case, and who tries: anybody, or the holder of one that somebody has, if there is such a case."""
        if who in WHO:
            return self.pick(number), who
        found = [case for case in self.questions if case.state == "claimed"] or self.questions
        case = found[number % len(found)]
        return case, case.holder or "moderator"

    # ── claiming ─────────────────────────────────────────────────────────────────────────────────────────
    @rule(who=st.sampled_from(WHO))
    def next(self, who: str) -> None:
        today = (who, self.now.date())
        waiting = [case for case in self.questions if case.state == "waiting"]
        kept = [case for case in waiting if case.reserved_for and case.reserved_until > self.now]
        own = [case for case in kept if case.reserved_for == who]
        others = [case for case in waiting if case not in kept and today not in case.skipped]
        order = dict(Case.objects.values_list("pk", "serving_order"))
        expected = min((case.id for case in own or others), key=lambda pk: (-order[pk], pk), default=None)
        with clock.frozen(self.now):
            claim = claims.claim_next(self.actor(who))
        assert (claim.case_id if claim else None) == expected
        if claim:
            self.claimed(who, next(q for q in self.questions if q.id == claim.case_id), claim)
            self.entries = Entry.objects.count()

    @rule(who=st.sampled_from(WHO), number=st.integers(0, 9))
    def claim(self, who: str, number: int) -> None:
        case = self.pick(number)
        allowed = (
            case.state == "waiting"
            or (case.state == "claimed" and (case.holder == who or case.expires_at <= self.now))
            or (case.state == "held" and case.keeper == who)
        )
        claim = self.try_it(allowed, lambda: claims.claim(self.actor(who), case_id=case.id))
        if claim:
            self.claimed(who, case, claim)

    @rule(who=st.sampled_from(HOLDERS), number=st.integers(0, 9))
    def renew(self, who: str, number: int) -> None:
        case, who = self.claimed_case(who, number)
        if self.try_it(self.has(who, case), lambda: claims.renew(self.actor(who), **self.mine(who, case))):
            case.expires_at = self.now + LEASE

    @rule(who=st.sampled_from(HOLDERS), number=st.integers(0, 9))
    def release(self, who: str, number: int) -> None:
        case, who = self.claimed_case(who, number)
        if self.try_it(self.has(who, case), lambda: claims.release(self.actor(who), **self.mine(who, case))):
            case.wait()

    @rule(who=st.sampled_from(HOLDERS), number=st.integers(0, 9))
    def skip(self, who: str, number: int) -> None:
        case, who = self.claimed_case(who, number)
        move = lambda: claims.skip(self.actor(who), **self.mine(who, case), why="subject")  # noqa: E731
        if self.try_it(self.has(who, case), move):
            case.wait()
            case.skipped.add((who, self.now.date()))

    # ── setting aside ────────────────────────────────────────────────────────────────────────────────────
    @rule(who=st.sampled_from(HOLDERS), number=st.integers(0, 9))
    def hold(self, who: str, number: int) -> None:
        case, who = self.claimed_case(who, number)
        move = lambda: holding.hold(self.actor(who), **self.mine(who, case), reason="Later.")  # noqa: E731
        if self.try_it(self.has(who, case), move):
            case.wait()
            case.state, case.keeper, case.remind_at = "held", who, self.now + HOLD

    @rule(who=st.sampled_from(HOLDERS), number=st.integers(0, 9))
    def escalate(self, who: str, number: int) -> None:
        case, who = self.claimed_case(who, number)
        said = {"queue": "hard", "question": "What is it?"}
        move = lambda: escalations.escalate(self.actor(who), **self.mine(who, case), **said)  # noqa: E731
        if self.try_it(self.has(who, case), move):
            case.wait()
            case.state, case.asker = "escalated", who

    @rule(who=st.sampled_from(WHO), number=st.integers(0, 9))
    def answer(self, who: str, number: int) -> None:
        case = self.pick(number)
        allowed = case.state == "escalated" and who in ANSWERERS
        if self.try_it(allowed, lambda: escalations.answer(self.actor(who), case_id=case.id, text="It is.")):
            self.first_to(case, case.asker)

    @rule(who=st.sampled_from(WHO), to=st.sampled_from([*WHO, "auditor"]), number=st.integers(0, 9))
    def hand_over(self, who: str, to: str, number: int) -> None:
        case = self.pick(number)
        allowed = who == "supervisor" and to != "auditor" and case.state in ("waiting", "claimed", "held")
        if self.try_it(allowed, lambda: handing.hand_over(self.actor(who), case_id=case.id, to=to)):
            self.first_to(case, to)

    @rule(who=st.sampled_from(WHO), number=st.integers(0, 9))
    def take_back(self, who: str, number: int) -> None:
        case = self.pick(number)
        allowed = who == "supervisor" and case.state in ("claimed", "held", "escalated")
        if self.try_it(allowed, lambda: handing.take_back(self.actor(who), case_id=case.id)):
            case.wait()

    # ── deciding ─────────────────────────────────────────────────────────────────────────────────────────
    @rule(
        who=st.sampled_from(HOLDERS),
        number=st.integers(0, 9),
        outcome=st.sampled_from(["suspend", "keep"]),
        looked=st.booleans(),
    )
    def decide(self, who: str, number: int, outcome: str, looked: bool) -> None:
        case, who = self.claimed_case(who, number)
        self.decide_as(who, case, outcome, case.version if looked else 1)

    def decide_as(self, who: str, case: Question, outcome: str, seen: int) -> None:
        said = Verdict(
            **self.mine(who, case), evidence_version=seen, outcome=outcome, policy=self.policy, reason="It is so."
        )
        allowed = self.has(who, case) and (outcome == "suspend" or seen == case.version)
        made = self.try_it(allowed, lambda: decisions.decide_one(self.actor(who), said))
        if made is None:
            return
        case.wait()
        if outcome == "suspend" and self.accounts[case.account].is_protected:
            case.state, case.decided = "second_look", Decided(made.pk, outcome, "proposed", who)
        else:
            case.state, case.decided = "decided", Decided(made.pk, outcome, "pending", who, "", self.now + UNDO)

    @rule(who=st.sampled_from(WHO), number=st.integers(0, 9), outcome=st.sampled_from(["suspend", "keep"]))
    def claim_and_decide(self, who: str, number: int, outcome: str) -> None:
        """Two moves as one, so that what comes after a decision is reached often."""
        self.claim(who, number)
        if self.has(who, case := self.pick(number)):
            self.decide_as(who, case, outcome, case.version)

    @rule(who=st.sampled_from(WHO), number=st.integers(0, 9))
    def keep_and_flag_anew(self, who: str, number: int) -> None:
        """A kept account gets a new case, while the keep can still be undone."""
        self.claim_and_decide(who, number, "keep")
        self.flag(self.pick(number).account, "plain", True)

    @rule(who=st.sampled_from(WHO), second=st.sampled_from(WHO), number=st.integers(0, 9))
    def propose_and_refuse(self, who: str, second: str, number: int) -> None:
        """A proposal is refused, or tried to be, by anybody; and its proposer goes on."""
        self.claim_and_decide(who, number, "suspend")
        if self.pick(number).state == "second_look":
            self.refuse_as(second, self.pick(number))
            self.next(who)

    def proposal(self, case: Question) -> Decided | None:
        return case.decided if case.state == "second_look" else None

    def may_answer(self, who: str, case: Question) -> bool:
        made = self.proposal(case)
        return bool(made) and made.decider != who and (who == "supervisor" or case.kinds != {"government"})

    @precondition(lambda self: any(case.decided for case in self.questions))
    @rule(who=st.sampled_from(WHO), number=st.integers(0, 9))
    def approve(self, who: str, number: int) -> None:
        case = self.some_decided(number)
        made = case.decided
        move = lambda: proposals.approve(self.actor(who), decision_id=made.id)  # noqa: E731
        if self.try_it(self.may_answer(who, case), move):
            case.state = "decided"
            made.state, made.approver, made.effective_at = "pending", who, self.now + UNDO

    @precondition(lambda self: any(case.decided for case in self.questions))
    @rule(who=st.sampled_from(WHO), number=st.integers(0, 9))
    def refuse(self, who: str, number: int) -> None:
        self.refuse_as(who, self.some_decided(number))

    def refuse_as(self, who: str, case: Question) -> None:
        made = case.decided
        move = lambda: proposals.refuse(self.actor(who), decision_id=made.id, reason="No.")  # noqa: E731
        if self.try_it(self.may_answer(who, case), move):
            case.wait()
            case.skipped.add((made.decider, self.now.date()))
            case.decided = None

    @precondition(lambda self: any(case.decided for case in self.questions))
    @rule(who=st.sampled_from([*WHO, *["its decider"] * 4]), number=st.integers(0, 9))
    def undo_or_withdraw(self, who: str, number: int) -> None:
        case = self.some_decided(number)
        made = case.decided
        who = who if who in WHO else made.decider
        newer = self.open_of(case.account) if case.state == "decided" else None
        if made.state == "proposed":
            allowed = who == made.decider
        else:
            in_time = made.state == "pending" and made.effective_at is not None and self.now < made.effective_at
            entitled = who in (made.decider, made.approver) or who in ANSWERERS
            allowed = in_time and entitled and (newer is None or newer.state == "waiting")
        if not self.try_it(allowed, lambda: undoing.undo(self.actor(who), decision_id=made.id)):
            return
        case.wait()
        case.decided = None
        if newer:
            case.version += newer.version
            case.kinds |= newer.kinds
            newer.state = "closed"

    def some_decided(self, number: int) -> Question:
        """A case with a decision; of an account's, the newest."""
        newest = {case.account: case for case in self.questions if case.decided}
        found = list(newest.values())
        return found[number % len(found)]

    # ── what comes from outside, and by itself ───────────────────────────────────────────────────────────
    @rule(account=st.integers(0, ACCOUNTS - 1), kind=st.sampled_from(["plain", "government"]), is_new=st.booleans())
    def flag(self, account: int, kind: str, is_new: bool) -> None:
        self.posts += 1
        posts = (EvidencePost(external_id=str(self.posts), text="Text"),) if is_new else ()
        made = self.try_it(True, lambda: a_flag(self.sources[kind], self.accounts[account], posts=posts))
        case = self.open_of(account)
        if case is None:
            newest = [q for q in self.questions if q.account == account and q.decided][-1]
            if newest.decided and newest.decided.outcome == "keep" and is_new:
                self.questions.append(Question(made.case_id, account, {kind}))
                return
            case = newest
        assert made.case_id == case.id
        case.version += 1
        case.kinds.add(kind)

    @rule(seconds=st.sampled_from(MOMENTS))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def sweep(self) -> None:
        """What runs by itself: claims end, reminders come, windows close."""
        with clock.frozen(self.now):
            done = [claims.end_expired(), holding.end_due(), decisions.make_effective()]
        run_out = [case for case in self.questions if case.state == "claimed" and case.expires_at <= self.now]
        due = [case for case in self.questions if case.state == "held" and case.remind_at <= self.now]
        final = [
            made
            for case in self.questions
            if (made := case.decided)
            and made.state == "pending"
            and made.effective_at
            and made.effective_at <= self.now
        ]
        assert done == [len(run_out), len(due), len(final)]
        for case in run_out:
            case.wait()
        for case in due:
            self.first_to(case, case.keeper)
        for made in final:
            made.state = "effective"
        assert Entry.objects.count() >= self.entries + sum(done)
        self.entries = Entry.objects.count()

    # ── what always holds ────────────────────────────────────────────────────────────────────────────────
    @invariant()
    def the_states_are_the_models(self) -> None:
        told = {case.id: (case.state, case.version, case.reserved_for) for case in self.questions}
        rows = Case.objects.select_related("reserved_for")
        found = {
            row.pk: (row.state, row.evidence_version, row.reserved_for.username if row.reserved_for else "")
            for row in rows
        }
        assert found == told

    @invariant()
    def a_claimed_case_has_one_live_claim_and_no_other_has(self) -> None:
        told = {case.id: (case.holder, case.expires_at) for case in self.questions if case.state == "claimed"}
        live = Claim.objects.filter(ended_at=None).select_related("holder")
        assert len(live) == len(told)
        assert {row.case_id: (row.holder.username, row.expires_at) for row in live} == told

    @invariant()
    def an_account_has_one_open_case_at_most(self) -> None:
        accounts = list(Case.objects.filter(state__in=OPEN_CASE).values_list("account", flat=True))
        assert len(accounts) == len(set(accounts))

    @invariant()
    def what_is_set_aside_is_so_by_one(self) -> None:
        held = {case.id: case.keeper for case in self.questions if case.state == "held"}
        asked = {case.id: case.asker for case in self.questions if case.state == "escalated"}
        holds = Hold.objects.filter(ended_at=None).select_related("holder")
        open_questions = Escalation.objects.filter(closed_at=None).select_related("asker")
        assert {row.case_id: row.holder.username for row in holds} == held
        assert {row.case_id: row.asker.username for row in open_questions} == asked

    @invariant()
    def decisions_are_the_models(self) -> None:
        told = {made.id: made.state for case in self.questions if (made := case.decided)}
        found = Decision.objects.filter(state__in=[*STANDING, "proposed"])
        assert {row.pk: row.state for row in found} == told

    @invariant()
    def a_suspension_is_in_the_ledger_when_it_was_settled_and_taken_back_when_undone(self) -> None:
        sent = {row.cause: row for row in Enforcement.objects.filter(kind=Kind.SUSPEND)}
        settled = [row for row in Decision.objects.filter(outcome="suspend") if row.effective_at]
        assert set(sent) == {row.cause for row in settled}
        for row in settled:
            if row.state == "undone":
                assert sent[row.cause].state in TAKEN_BACK


def _run(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.django_db
def test_no_sequence_of_moves_breaks_what_always_holds() -> None:
    _run(examples=15, steps=40)


@pytest.mark.machine_long
@pytest.mark.django_db
def test_no_long_sequence_of_moves_breaks_what_always_holds() -> None:
    _run(examples=200, steps=60)
