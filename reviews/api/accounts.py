"""Calls about accounts. They stand here and not in `accounts`, since the answer tells of our enforcements."""

from typing import ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.services import topics, writing
from accounts.services.accounts import AccountFacts
from common import limits
from common.bodies import read_body
from common.errors import Invalid
from common.openapi import documented, path_text
from common.records import answer_each, read_each
from reviews.api.shapes.accounts import AccountPut, AccountRecord, AccountStateShown, ActivityRecord, RecordsAnswer
from reviews.selectors.accounts import account_state
from reviews.services import sent
from staff.api.calls import Call, client_of
from staff.choices import Scope

_PATH = [
    path_text("platform", "A platform's slug", example="simulator"),
    path_text("external_id", "Percent-encoded; may hold any character, slashes too", example="ira:10_gop"),
]


class AccountDetail(Call):
    """One account, known by (platform, external id)."""

    scopes: ClassVar[dict[str, Scope | None]] = {"GET": Scope.ACCOUNTS_READ, "PUT": Scope.ACCOUNTS_WRITE}

    @documented(
        answers={200: AccountStateShown},
        errors=(404,),
        operation_id="account_read",
        tags=["accounts"],
        parameters=_PATH,
    )
    def get(self, request: Request, platform: str, external_id: str) -> Response:
        """The account, its open case, and the newest enforcement on it."""
        return Response(AccountStateShown.of_state(account_state(client_of(request), platform, external_id)))

    @documented(
        request=AccountPut,
        answers={200: AccountStateShown, 201: AccountStateShown},
        errors=("unknown-platform",),
        operation_id="account_write",
        tags=["accounts"],
        parameters=_PATH,
    )
    def put(self, request: Request, platform: str, external_id: str) -> Response:
        """Stores what you say of the account; what you leave out stays as it is. 201 when it is new."""
        actor = client_of(request)
        said = read_body(request, AccountPut)
        _check_names(said, platform, external_id)
        facts = sent.account_facts(said, platform, external_id)
        is_new = writing.write(actor, facts)
        shown = AccountStateShown.of_state(account_state(actor, platform, external_id))
        return Response(shown, status=201 if is_new else 200)


class AccountBulk(Call):
    """Accounts come in by up to ten thousand; each is answered, and a bad one never sinks the rest."""

    scopes: ClassVar[dict[str, Scope | None]] = {"POST": Scope.ACCOUNTS_WRITE}
    max_body_bytes: ClassVar[int] = limits.BULK_BYTES

    @documented(
        request={"application/x-ndjson": AccountRecord, "application/json": list[AccountRecord]},
        answers={200: RecordsAnswer},
        errors=(413,),
        operation_id="account_write_bulk",
        tags=["accounts"],
    )
    def post(self, request: Request) -> Response:
        """Stores up to 10,000 accounts, sent as NDJSON or as a JSON array. What you leave out stays as it is."""
        read = read_each(request, AccountRecord, _account, max_bytes=self.max_body_bytes)
        return Response(RecordsAnswer.of(answer_each(read, lambda good: writing.write_each(client_of(request), good))))


class ActivityBulk(Call):
    """Tallies of topics come in by up to ten thousand; each is answered, and a bad one never sinks the rest."""

    scopes: ClassVar[dict[str, Scope | None]] = {"POST": Scope.ACTIVITY_WRITE}
    max_body_bytes: ClassVar[int] = limits.BULK_BYTES

    @documented(
        request={"application/x-ndjson": ActivityRecord, "application/json": list[ActivityRecord]},
        answers={200: RecordsAnswer},
        errors=(413,),
        operation_id="activity_write_bulk",
        tags=["activity"],
    )
    def post(self, request: Request) -> Response:
        """Stores up to 10,000 tallies (posts, accounts and reach of a topic, by day, language, stance, messenger
        group and theme), sent as NDJSON or as a JSON array. A tally sent again replaces the first, and never adds."""
        read = read_each(request, ActivityRecord, _same, max_bytes=self.max_body_bytes)
        return Response(RecordsAnswer.of(answer_each(read, lambda good: topics.tally_each(client_of(request), good))))


def _account(said: AccountRecord) -> AccountFacts:
    return sent.account_facts(said, said.platform, said.external_id)


def _same(said: ActivityRecord) -> ActivityRecord:
    return said


def _check_names(said: AccountPut, platform: str, external_id: str) -> None:
    if not external_id or len(external_id) > 300:
        raise Invalid("external_id: 1 to 300 characters.", fields={"external_id": "1 to 300 characters"})
    for field, there, here in (("platform", platform, said.platform), ("external_id", external_id, said.external_id)):
        if here not in ("", there):
            raise Invalid(f"{field}: {here!r} is not the one in the path.", fields={field: "not the one in the path"})
