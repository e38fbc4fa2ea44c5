"""What intake has to end in, written as plainly and slowly as it can be said: lists, dicts, one flag after another.

Nothing here reads the database or our services; only the weights of a precision that nothing is known of (one half) and
the bounds for reopening are repeated, from docs/decisions/0006-where-a-flag-goes.md.
"""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
SAID = ("handle", "display_name", "followers", "language")
REOPENING_SOURCES, REOPENING_WEIGHT, NOTHING_KNOWN = 2, 1.25, 0.5


@dataclass(eq=False)
class CaseRow:
    """A case: whose, and how it stands."""

    account: str
    state: str = "waiting"
    outcome: str = ""
    version: int = 1
    kinds: set[str] = field(default_factory=set)


@dataclass(eq=False)
class FlagRow:
    """A flag as it is stored."""

    client: int
    reference: str
    body: Json
    case: CaseRow
    state: str = "open"


@dataclass(eq=False)
class Reference:
    """Everything that is there after some calls."""

    policies: dict[str, int]
    kinds: list[str]
    accounts: dict[str, Json] = field(default_factory=dict)
    cases: list[CaseRow] = field(default_factory=list)
    flags: list[FlagRow] = field(default_factory=list)
    snapshots: list[tuple[str, int | None]] = field(default_factory=list)
    posts: dict[tuple[str, str], str] = field(default_factory=dict)

    def send(self, client: int, bodies: list[Json]) -> list[FlagRow | str]:
        """One call. Returns, for each body, the flag that answers it, or the field or code that it is refused for."""
        new: list[tuple[int, Json]] = []
        answers: list[FlagRow | str | None] = []
        first: dict[str, int] = {}
        for index, body in enumerate(bodies):
            answer = self._known(client, body)
            reference = body.get("client_reference", "")
            if answer is None and reference in first:
                answer = f"twin {first[reference]}"
            elif answer is None:
                new.append((index, body))
                if reference:
                    first[reference] = index
            answers.append(answer)
        for _, body in new:
            self._say(body)
        for index, body in new:
            answers[index] = self._store(client, body)
        for index, answer in enumerate(answers):
            if isinstance(answer, str) and answer.startswith("twin "):
                before = int(answer.removeprefix("twin "))
                answers[index] = answers[before] if bodies[before] == bodies[index] else "reference-reused"
        for case in {id(case): case for case in self.cases}.values():
            self._reopen(case)
        return [answer for answer in answers if answer is not None]

    def _known(self, client: int, body: Json) -> FlagRow | str | None:
        if body.get("platform") != "simulator":
            return "platform"
        if body["policy"] not in self.policies:
            return "policy"
        if "colour" in body:
            return "colour"
        if isinstance(body["account"].get("followers"), str):
            return "account.followers"
        for flag in self.flags:
            if flag.client == client and flag.reference and flag.reference == body.get("client_reference"):
                return flag if flag.body == body else "reference-reused"
        return None

    def _say(self, body: Json) -> None:
        account = self.accounts.setdefault(body["account"]["external_id"], {})
        account.update({name: body["account"][name] for name in SAID if body["account"].get(name) is not None})
        for post in body.get("posts", []):
            self.posts.setdefault((body["account"]["external_id"], post["external_id"]), post["text"])

    def _store(self, client: int, body: Json) -> FlagRow:
        account = body["account"]["external_id"]
        self.snapshots.append((account, self.accounts[account].get("followers")))
        mine = [case for case in self.cases if case.account == account]
        open_case = next((case for case in mine if case.state == "waiting"), None)
        latest = next((case for case in reversed(mine) if case.state == "decided"), None)
        state = "open"
        if open_case is not None:
            case = open_case
        elif latest is not None and latest.outcome == "suspend":
            case, state = latest, "already_actioned"
        elif latest is not None and self._seen(latest) >= {post["external_id"] for post in body.get("posts", [])}:
            case = latest
        else:
            case = CaseRow(account, version=0)
            self.cases.append(case)
        case.version += 1
        flag = FlagRow(client, body.get("client_reference", ""), body, case, state)
        self.flags.append(flag)
        return flag

    def _seen(self, case: CaseRow) -> set[str]:
        return {post["external_id"] for flag in self.of(case) for post in flag.body.get("posts", [])}

    def _reopen(self, case: CaseRow) -> None:
        waiting = {flag.client for flag in self.of(case) if flag.state == "open"}
        busy = any(other.account == case.account and other.state == "waiting" for other in self.cases)
        enough = len(waiting) >= REOPENING_SOURCES and NOTHING_KNOWN * len(waiting) >= REOPENING_WEIGHT
        if case.state == "decided" and case.outcome == "keep" and enough and not busy:
            case.state = "waiting"

    def decide(self, account: str, outcome: str) -> bool:
        """The open case of `account` is decided. Returns whether there was one."""
        for case in self.cases:
            if case.account == account and case.state == "waiting":
                case.state, case.outcome = "decided", outcome
                self.cases.remove(case)
                self.cases.append(case)  # the one decided last is the one that stands
                for flag in self.of(case):
                    if flag.state == "open":
                        flag.state = "agreed" if outcome == "suspend" else "disagreed"
                return True
        return False

    def of(self, case: CaseRow) -> list[FlagRow]:
        """The flags of a case, oldest first."""
        return [flag for flag in self.flags if flag.case is case]

    def severity(self, case: CaseRow) -> int:
        """The gravest policy among the open flags of a waiting case."""
        return max(self.policies[flag.body["policy"]] for flag in self.of(case) if flag.state == "open")

    def sources(self, case: CaseRow) -> set[str]:
        """The kinds of its open flags' sources."""
        return {self.kinds[flag.client] for flag in self.of(case) if flag.state == "open"}
