"""A program as somebody writes it with the generated client: it works through the API, and says what it expects.

`test_generated_client` makes the client, checks this file with mypy, and runs it against the server.
"""

import asyncio
import os
from datetime import UTC, date, datetime
from typing import TypeVar
from uuid import UUID

import httpx
from caseload_client import AuthenticatedClient
from caseload_client.api.accounts import account_read, account_write, account_write_bulk
from caseload_client.api.activity import activity_write_bulk
from caseload_client.api.audit import audit_entry_list
from caseload_client.api.cases import case_claim, case_list, case_read, case_skip, queue_next
from caseload_client.api.decisions import case_decide, decision_undo
from caseload_client.api.flags import flag_find, flag_read, flag_send, flag_send_bulk, flag_withdraw
from caseload_client.api.policies_and_queues import policy_list, queue_list
from caseload_client.api.sources import source_me
from caseload_client.api.statistics import statistic_definitions, statistic_read
from caseload_client.models import (
    AccountIn,
    AccountPut,
    AccountRecord,
    AccountStateShown,
    ActivityRecord,
    BulkAnswer,
    CaseDetail,
    CasePage,
    CaseShown,
    CaseState,
    Claimed,
    ClaimIn,
    DecisionIn,
    DecisionShown,
    DecisionState,
    DefinitionList,
    EnforcementKind,
    EntryPage,
    FlagIn,
    FlagOutcome,
    FlagReceived,
    FlagShown,
    FlagState,
    MediumIn,
    NextIn,
    Outcome,
    PolicyList,
    PostIn,
    Problem,
    ProtectedClass,
    QueueList,
    RecordsAnswer,
    SkipIn,
    SourceKind,
    SourceOwn,
    Stance,
    StatisticShown,
    UndoIn,
)
from caseload_client.types import UNSET, Unset

POLICY = "coordinated_inauthentic_behaviour"
Shape = TypeVar("Shape")


def a(shape: type[Shape], answer: object) -> Shape:
    """The answer, which must be of this shape: what came instead is said."""
    assert isinstance(answer, shape), answer
    return answer


def a_flag(external_id: str, handle: str = "someone", reference: str = "", reason: str = "It is so.") -> FlagIn:
    account = AccountIn(external_id=external_id, handle=handle, followers=165, protected_class=ProtectedClass.NONE)
    post = PostIn(external_id="p-1", text="The same text.", media=[MediumIn(type_="image/png")])
    at = datetime(2026, 3, 2, 12, tzinfo=UTC)
    return FlagIn("simulator", account, POLICY, reason, flagged_at=at, posts=[post], client_reference=reference)


def faults(problem: Problem | Unset) -> set[str]:
    """The fields that a problem names."""
    told = a(Problem, problem).errors
    return set() if isinstance(told, Unset) else {fault.field for fault in told}


def flags(api: AuthenticatedClient) -> FlagReceived:
    """A flag is sent once, however often; found by its reference; and taken back."""
    sent = [flag_send.sync_detailed(client=api, body=a_flag("client/1?", reference="c-1")) for _ in range(2)]
    assert [answer.status_code for answer in sent] == [201, 200]
    stored = a(FlagReceived, sent[0].parsed)
    assert sent[1].parsed == stored
    assert (stored.state, stored.account.external_id) == (FlagState.OPEN, "client/1?")
    found = a(FlagShown, flag_find.sync(client=api, client_reference="c-1"))
    assert (found.id, found.outcome, found.flagged_at) == (stored.id, None, datetime(2026, 3, 2, 12, tzinfo=UTC))
    other = a(FlagReceived, flag_send.sync(client=api, body=a_flag("client:2"), idempotency_key="once"))
    assert a(FlagShown, flag_withdraw.sync(other.id, client=api)).state is FlagState.WITHDRAWN
    assert a(FlagShown, asyncio.run(flag_read.asyncio(other.id, client=api))).state is FlagState.WITHDRAWN
    return stored


def refusals(api: AuthenticatedClient, stored: FlagReceived) -> None:
    """Problems come typed: their fields, and what their codes carry."""
    refused = a(Problem, flag_send.sync(client=api, body=a_flag("", handle="")))
    assert (refused.status, refused.code) == (422, "invalid")
    assert faults(refused) == {"account.external_id", "account.handle"}
    reused = a(Problem, flag_send.sync(client=api, body=a_flag("client/1?", reference="c-1", reason="Another.")))
    assert (reused.code, reused.flag) == ("reference-reused", str(stored.id))
    with AuthenticatedClient(str(api.get_httpx_client().base_url), "no.key", timeout=httpx.Timeout(60)) as nobody:
        assert a(Problem, source_me.sync(client=nobody)).code == "key-unknown"


def many(api: AuthenticatedClient) -> None:
    """Each record of a bulk call is answered, the bad ones with a typed problem."""
    answer = a(BulkAnswer, flag_send_bulk.sync(client=api, body=[a_flag("client:3"), a_flag("client:4", handle="")]))
    good, bad = answer.results
    assert (answer.accepted, answer.rejected, good.state) == (1, 1, FlagState.OPEN)
    assert faults(bad.error) == {"account.handle"}
    account = AccountRecord(external_id="client:5", handle="five", platform="simulator")
    written = a(RecordsAnswer, account_write_bulk.sync(client=api, body=[account])).results[0]
    assert (isinstance(written.id, UUID), written.created) == (True, True)
    tally = ActivityRecord(date(2026, 1, 2), Stance.PROMOTING, 7, platform="simulator", topic="a-topic")
    assert a(RecordsAnswer, activity_write_bulk.sync(client=api, body=[tally])).accepted == 1


def decisions(api: AuthenticatedClient, stored: FlagReceived) -> None:
    """A case is claimed, kept from others, decided, and the decision undone."""
    claimed = a(Claimed, case_claim.sync(stored.case, client=api, body=ClaimIn("moderator")))
    late = a(Problem, case_claim.sync(stored.case, client=api, body=ClaimIn("moderator2")))
    assert (late.code, late.holder) == ("case-claimed", "Pseudonym of moderator")
    verdict = DecisionIn(
        staff="moderator",
        claim_token=claimed.claim.token,
        evidence_version=claimed.case.evidence_version,
        outcome=Outcome.SUSPEND,
        policy=POLICY,
        reason="It is so.",
    )
    made = a(DecisionShown, case_decide.sync(stored.case, client=api, body=verdict))
    assert (made.outcome, made.state) == (Outcome.SUSPEND, DecisionState.PENDING)
    account = a(AccountStateShown, account_read.sync("simulator", "client/1?", client=api))
    assert account.enforcement is not None
    assert (account.enforcement.kind, account.enforcement.applied_at) == (EnforcementKind.SUSPEND, None)
    assert a(FlagShown, flag_read.sync(stored.id, client=api)).outcome is FlagOutcome.SUSPEND
    undone = a(DecisionShown, decision_undo.sync(made.id, client=api, body=UndoIn("moderator")))
    assert undone.state is DecisionState.UNDONE
    case = a(CaseDetail, case_read.sync(stored.case, client=api, staff="moderator"))
    assert (case.state, case.flags[0].source_kind) == (CaseState.WAITING, SourceKind.TRUSTED_FLAGGER)


def queue(api: AuthenticatedClient) -> None:
    """Next, and next, until nothing waits."""
    served = set()
    while (answer := queue_next.sync_detailed(client=api, body=NextIn("moderator2"))).status_code == 200:
        next_one = a(Claimed, answer.parsed)
        passed = SkipIn(staff="moderator2", claim_token=next_one.claim.token, reason="Another day.")
        assert a(CaseShown, case_skip.sync(next_one.case.id, client=api, body=passed)).state is CaseState.WAITING
        served.add(next_one.case.id)
    assert answer.status_code == 204
    listed = {case.id for case in every_case(api, CaseState.WAITING)}
    assert listed < served  # the person is cleared for a restricted case, which no key is shown


def every_case(api: AuthenticatedClient, state: CaseState) -> list[CaseShown]:
    """A list, page by page."""
    found: list[CaseShown] = []
    cursor: str | Unset = UNSET
    while True:
        page = a(CasePage, case_list.sync(client=api, state=state, cursor=cursor, page_size=1))
        found += page.results
        if page.next_ is None:
            return found
        cursor = page.next_


def reading(api: AuthenticatedClient) -> None:
    """What there is to choose from, what is said of oneself, and what is counted."""
    said = AccountPut(handle="five", bio="Local news")
    assert a(AccountStateShown, account_write.sync("simulator", "client:5", client=api, body=said)).bio == "Local news"
    assert POLICY in [policy.code for policy in a(PolicyList, policy_list.sync(client=api)).results]
    assert a(QueueList, queue_list.sync(client=api)).next_ is None
    me = a(SourceOwn, source_me.sync(client=api))
    assert (me.name, [one.kind for one in me.kinds]) == ("Cast client", [SourceKind.TRUSTED_FLAGGER])
    first = a(DefinitionList, statistic_definitions.sync(client=api, page_size=1))
    [name] = [definition.name for definition in first.results]
    counted = a(StatisticShown, statistic_read.sync(name, client=api, from_="2026-03", to="2026-03", group_by="month"))
    assert (counted.definition.name, counted.rows) == (name, [])
    entries = a(EntryPage, audit_entry_list.sync(client=api, action="decision.undone"))
    assert [entry.on_behalf_of for entry in entries.results] == ["person:moderator"]


if __name__ == "__main__":
    address = os.environ["CASELOAD"].removesuffix("/api/v1")
    with AuthenticatedClient(address, os.environ["KEY"], timeout=httpx.Timeout(60)) as api:
        stored = flags(api)
        refusals(api, stored)
        many(api)
        decisions(api, stored)
        queue(api)
        reading(api)
    print("done")
