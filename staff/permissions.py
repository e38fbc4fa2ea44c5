"""The one permission table. Services ask it; nothing else knows what a role or a scope may do."""

from enum import StrEnum

from staff.choices import Role, Scope


class Permission(StrEnum):
    """One thing that an actor may or may not do."""

    SEE_QUEUES = "see queues"
    SEE_CASES = "see cases"
    WORK_CASES = "claim, renew, release, skip, hold and escalate cases"
    DECIDE = "decide"
    APPROVE_DECISION = "approve or refuse another person's proposal"
    APPROVE_AGAINST_GOVERNMENT_FLAGS = "answer for a protected account that governments alone flagged"
    ANSWER_ESCALATIONS = "answer questions about cases"
    HAND_OVER = "hand cases to people, and take them back"
    SEE_RULES = "see the rules that supervisors set"
    SET_RULES = "set the rules"
    UNDO_ANY = "undo another person's decision in its window"
    SEE_BATCHES = "see batches"
    ASK_BATCH = "ask for a batch"
    APPROVE_BATCH = "approve another person's batch"
    RUN_BATCH = "start, pause, resume, cancel and revert a batch"
    SEE_AUDIT = "read the audit log"
    SEE_STATISTICS = "read statistics"
    SEE_WORKLOAD = "see who holds what"
    SEND_FLAGS = "send flags"
    READ_FLAGS = "read own flags"
    WRITE_ACCOUNTS = "write accounts"
    READ_ACCOUNTS = "read accounts"
    WRITE_ACTIVITY = "send activity"
    MANAGE_STAFF = "make people, clients and keys"
    SEE_SOURCES = "see sources and organisations"
    MANAGE_SOURCES = "warn and suspend sources"
    MANAGE_ORGANISATIONS = "enter organisations and their trusted-flagger status"
    SEE_WEBHOOKS = "see webhook endpoints and deliveries"
    MANAGE_WEBHOOKS = "make and change webhook endpoints, and replay deliveries"
    SEE_ORDERS = "see legal orders"
    MANAGE_ORDERS = "confirm legal orders, pause their clocks, and extend what they hold"
    MANAGE_VIEWS = "change other people's shared views"
    MANAGE_PLATFORMS = "make and change platforms"
    MANAGE_POLICIES = "make and change policies"
    MANAGE_QUEUES = "make and change queues"
    RUN_ENFORCEMENTS = "dispatch, retry and settle enforcements"
    COUNT_STATISTICS = "count statistics anew"


P = Permission
_READING = frozenset({P.SEE_QUEUES, P.SEE_CASES, P.SEE_BATCHES, P.SEE_STATISTICS, P.READ_ACCOUNTS})
_MODERATING = _READING | {P.WORK_CASES, P.DECIDE, P.APPROVE_DECISION, P.ASK_BATCH, P.RUN_BATCH}
_MINDING_SOURCES = frozenset({P.SEE_SOURCES, P.MANAGE_SOURCES, P.MANAGE_ORGANISATIONS})
_MINDING_WEBHOOKS = frozenset({P.SEE_WEBHOOKS, P.MANAGE_WEBHOOKS})
_SUPERVISING = _MODERATING | {
    P.APPROVE_AGAINST_GOVERNMENT_FLAGS,
    P.ANSWER_ESCALATIONS,
    P.HAND_OVER,
    P.SEE_RULES,
    P.SET_RULES,
    P.UNDO_ANY,
    P.APPROVE_BATCH,
    P.SEE_AUDIT,
    P.SEE_WORKLOAD,
    P.MANAGE_VIEWS,
    P.RUN_ENFORCEMENTS,
    P.SEE_ORDERS,
    P.MANAGE_ORDERS,
    P.MANAGE_QUEUES,
    *_MINDING_SOURCES,
    *_MINDING_WEBHOOKS,
}

OF_ROLE: dict[str, frozenset[Permission]] = {
    Role.MODERATOR: _MODERATING,
    Role.SENIOR_MODERATOR: _MODERATING | {P.UNDO_ANY, P.ANSWER_ESCALATIONS},
    Role.SUPERVISOR: _SUPERVISING,
    Role.AUDITOR: _READING | {P.SEE_AUDIT, P.SEE_WORKLOAD, P.SEE_ORDERS, P.SEE_SOURCES, P.SEE_WEBHOOKS, P.SEE_RULES},
    Role.ADMINISTRATOR: _MINDING_SOURCES
    | _MINDING_WEBHOOKS
    | {P.SEE_STATISTICS, P.SEE_AUDIT, P.MANAGE_STAFF, P.MANAGE_PLATFORMS, P.MANAGE_POLICIES, P.MANAGE_QUEUES},
}

# What a key may do by itself. Scopes that act for a person stand in the next table.
OF_SCOPE: dict[str, frozenset[Permission]] = {
    Scope.FLAGS_WRITE: frozenset({P.SEND_FLAGS, P.READ_FLAGS}),
    Scope.FLAGS_READ: frozenset({P.READ_FLAGS}),
    Scope.ACCOUNTS_WRITE: frozenset({P.WRITE_ACCOUNTS, P.READ_ACCOUNTS}),
    Scope.ACCOUNTS_READ: frozenset({P.READ_ACCOUNTS}),
    Scope.ACTIVITY_WRITE: frozenset({P.WRITE_ACTIVITY}),
    Scope.CASES_READ: frozenset({P.SEE_CASES, P.SEE_QUEUES}),
    Scope.BATCHES_READ: frozenset({P.SEE_BATCHES}),
    Scope.AUDIT_READ: frozenset({P.SEE_AUDIT}),
    Scope.STATISTICS_READ: frozenset({P.SEE_STATISTICS}),
    Scope.DECISIONS_READ: frozenset({P.SEE_CASES}),
    Scope.APPEALS_WRITE: frozenset(),
    Scope.CASES_WRITE: frozenset(),
    Scope.DECISIONS_WRITE: frozenset(),
    Scope.BATCHES_WRITE: frozenset({P.SEE_BATCHES}),
}

# What a key may do for a person it acts for: only what that person may do, too. Approvals are in no row.
FOR_A_PERSON: dict[str, frozenset[Permission]] = {
    Scope.CASES_READ: frozenset({P.SEE_CASES, P.SEE_QUEUES}),
    Scope.CASES_WRITE: frozenset({P.SEE_CASES, P.SEE_QUEUES, P.WORK_CASES}),
    Scope.DECISIONS_WRITE: frozenset({P.SEE_CASES, P.DECIDE, P.UNDO_ANY}),
    Scope.BATCHES_WRITE: frozenset({P.SEE_BATCHES, P.ASK_BATCH, P.RUN_BATCH}),
}

SYSTEM: frozenset[Permission] = frozenset(Permission)


def of_role(role: str) -> frozenset[Permission]:
    """What a person of `role` may do."""
    return OF_ROLE[role]


def of_scopes(scopes: list[str]) -> frozenset[Permission]:
    """What a key with `scopes` may do by itself."""
    return frozenset().union(*(OF_SCOPE[scope] for scope in scopes))


def for_a_person(scopes: list[str], role: str) -> frozenset[Permission]:
    """What a key with `scopes` may do for a person of `role`."""
    lent = frozenset().union(*(FOR_A_PERSON.get(scope, frozenset()) for scope in scopes))
    return lent & OF_ROLE[role]
