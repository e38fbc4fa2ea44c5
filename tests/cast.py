"""One cast for all tests, and plain builders of rows. Everything is made by the services that make it in earnest."""

from dataclasses import dataclass
from itertools import count
from typing import Any

from accounts.models import Account, Platform
from accounts.services import accounts, platforms
from accounts.services.accounts import AccountFacts
from accounts.services.platforms import PlatformSaid
from reviews.models import Case, Claim, Decision, Flag, Policy
from reviews.services import claims, decisions, intake
from reviews.services.facts import FlagFacts, Verdict
from staff import actors
from staff.actors import Actor
from staff.choices import Role, Scope, SourceKind
from staff.models import User
from staff.services import clients, people

PASSWORD = "correct horse battery staple"
EVERY_SCOPE = [scope.value for scope in Scope]
_numbers = count(1)


@dataclass(frozen=True)
class Cast:
    """Who plays. `outsider` is a person who left: inactive, so no page and no service lets them do anything.

    `client` speaks for itself with the key `key` (all scopes, kind trusted_flagger, may act for every other person
    here); `system` is the explicit actor of sweeps.
    """

    moderator: Actor
    second_moderator: Actor
    senior: Actor
    supervisor: Actor
    auditor: Actor
    administrator: Actor
    outsider: User
    client: Actor
    key: str
    system: Actor

    @property
    def everyone(self) -> dict[str, Actor]:
        """Each active person's actor, by username."""
        found = [self.moderator, self.second_moderator, self.senior, self.supervisor, self.auditor, self.administrator]
        return {actor.person().username: actor for actor in found}


def a_cast() -> Cast:
    """The whole cast, in the database."""
    outsider = a_person("outsider").person()
    outsider.is_active = False
    outsider.save(update_fields=["is_active"])
    played = {
        "moderator": a_person("moderator"),
        "second_moderator": a_person("moderator2"),
        "senior": a_person("senior", Role.SENIOR_MODERATOR),
        "supervisor": a_person("supervisor", Role.SUPERVISOR),
        "auditor": a_person("auditor", Role.AUDITOR),
        "administrator": a_person("administrator", Role.ADMINISTRATOR),
    }
    client, key = a_client("Cast client", acts_for=[actor.person().username for actor in played.values()])
    return Cast(**played, outsider=outsider, client=client, key=key, system=actors.SYSTEM)


def a_person(username: str, role: Role = Role.MODERATOR, languages: list[str] | None = None) -> Actor:
    """A person who can sign in with PASSWORD, as an actor. Reads English, Russian, German and Arabic unless told."""
    user = people.create(
        actors.operator(),
        username=username,
        password=PASSWORD,
        role=role,
        pseudonym=f"Pseudonym of {username}",
        languages=["en", "ru", "de", "ar"] if languages is None else languages,
    )
    return actors.person(user)


def a_client(
    name: str = "",
    kind: SourceKind = SourceKind.TRUSTED_FLAGGER,
    scopes: list[str] | None = None,
    acts_for: list[str] | None = None,
) -> tuple[Actor, str]:
    """An API client as an actor, and its key. With all scopes unless told."""
    granted = EVERY_SCOPE if scopes is None else scopes
    made, key = clients.create(
        actors.operator(), name=name or f"Client {next(_numbers)}", kind=kind, scopes=granted, acts_for=acts_for
    )
    return actors.client(made, granted), key


def a_platform(slug: str = "simulator", connector: str = "simulator", url: str = "http://127.0.0.1:9") -> Platform:
    """The platform `slug`, made at the first call."""
    found = Platform.objects.filter(slug=slug).first()
    return found or platforms.create(
        actors.operator(), slug=slug, said=PlatformSaid(name=slug.title(), connector=connector, url=url)
    )


def an_account(external_id: str = "", platform: Platform | None = None, **facts: Any) -> Account:
    """An account; `facts` are fields of AccountFacts."""
    on = platform or a_platform()
    known = external_id or f"account:{next(_numbers)}"
    said: dict[str, Any] = {"handle": known.rpartition(":")[2], "followers": 165, "language": "en"} | facts
    [pk] = accounts.upsert([AccountFacts(platform=on.slug, external_id=known, **said)], platforms={on.slug: on})
    return Account.objects.select_related("platform").get(pk=pk)


def a_policy(code: str = "coordinated_inauthentic_behaviour", **fields: Any) -> Policy:
    """The policy `code`, made at the first call. `reviews.services.policies.install_starters` makes the real ones."""
    defaults: dict[str, Any] = {
        "title": code.replace("_", " ").capitalize(),
        "severity": 2,
        "guidance": "Suspend when it is so.\nKeep if it is not.",
        "reasons": ["It is so."],
        "hours_to_decide": 24,
        "ladder": [0],
        "statement_category": "STATEMENT_CATEGORY_OTHER_VIOLATION_TC",
    }
    policy, _ = Policy.objects.get_or_create(code=code, defaults=defaults | fields)
    return policy


def flag_facts(account: Account | None = None, **facts: Any) -> FlagFacts:
    """A flag as it would be sent, on a new account and under `a_policy()` unless told; `facts` are FlagFacts fields."""
    on = account or an_account()
    said = AccountFacts(platform=on.platform.slug, external_id=on.external_id, handle=on.handle)
    return FlagFacts(account=said, **({"policy": a_policy().code, "reason": "It is so."} | facts))


def a_flag(client: Actor | None = None, account: Account | None = None, **facts: Any) -> Flag:
    """A stored flag, sent by `client` (a new one unless told); `facts` as in `flag_facts`."""
    answer = intake.submit_one(client or a_client()[0], flag_facts(account, **facts))
    assert answer.flag is not None
    return Flag.objects.select_related("account__platform", "case", "policy", "source").get(pk=answer.flag.id)


def a_case(account: Account | None = None, **facts: Any) -> Case:
    """The waiting case of a new flag; `facts` as in `flag_facts`."""
    return Case.objects.get(pk=a_flag(account=account, **facts).case_id)


def a_verdict(claim: Claim, outcome: str = "suspend", **fields: Any) -> Verdict:
    """The verdict that the claim's holder would send; `fields` replace what it says."""
    said: dict[str, Any] = {
        "case_id": claim.case_id,
        "token": claim.token,
        "evidence_version": claim.case.evidence_version,
        "outcome": outcome,
        "policy": a_policy().code,
        "reason": "It is so.",
    }
    return Verdict(**(said | fields))


def a_decision(actor: Actor, outcome: str = "suspend", case: Case | None = None, **fields: Any) -> Decision:
    """A decision by `actor` on a new case, or on `case`; `fields` as in `a_verdict`."""
    claim = claims.claim(actor, case_id=(case or a_case()).pk)
    return decisions.decide_one(actor, a_verdict(claim, outcome, **fields))
