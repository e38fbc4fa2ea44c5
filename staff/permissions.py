"""The one permission table. Services ask it; nothing else knows what a role or a scope may do."""

from enum import StrEnum

from django.utils.translation import gettext_noop as _

from staff.choices import Role, Scope


class Permission(StrEnum):
    """One thing that an actor may or may not do."""

    SEE_QUEUES = _("see queues")
    SEE_CASES = _("see cases")
    WORK_CASES = _("claim, renew, release, skip, hold and escalate cases")
    DECIDE = _("decide")
    APPROVE_DECISION = _("approve or refuse another person's proposal")
    APPROVE_AGAINST_GOVERNMENT_FLAGS = _("answer for a protected account that governments alone flagged")
    ANSWER_ESCALATIONS = _("answer questions about cases")
    HAND_OVER = _("hand cases to people, and take them back")
    SEE_RULES = _("see the rules that supervisors set")
    SET_RULES = _("set the rules")
    UNDO_ANY = _("undo another person's decision in its window")
    SEE_BATCHES = _("see batches")
    ASK_BATCH = _("ask for a batch")
    APPROVE_BATCH = _("approve another person's batch")
    RUN_BATCH = _("start, pause, resume, cancel and revert a batch")
    SEE_AUDIT = _("read the audit log")
    SEE_STATISTICS = _("read statistics")
    SEE_WORKLOAD = _("see who holds what")
    SEND_FLAGS = _("send flags")
    READ_FLAGS = _("read own flags")
    WRITE_ACCOUNTS = _("write accounts")
    READ_ACCOUNTS = _("read accounts")
    WRITE_ACTIVITY = _("send activity")
    MANAGE_STAFF = _("make people, clients and keys")
    SEE_SOURCES = _("see sources and organisations")
    MANAGE_SOURCES = _("warn and suspend sources")
    MANAGE_ORGANISATIONS = _("enter organisations and their trusted-flagger status")
    SEE_WEBHOOKS = _("see webhook endpoints and deliveries")
    MANAGE_WEBHOOKS = _("make and change webhook endpoints, and replay deliveries")
    SEE_ORDERS = _("see legal orders")
    MANAGE_ORDERS = _("confirm legal orders, pause their clocks, and extend what they hold")
    REPORT_THREAT = _("raise threats against staff")
    SEE_THREATS = _("see threats against staff")
    ANSWER_THREATS = _("see to threats against staff")
    MANAGE_VIEWS = _("change other people's shared views")
    MANAGE_PLATFORMS = _("make and change platforms")
    MANAGE_POLICIES = _("make and change policies")
    MANAGE_QUEUES = _("make and change queues")
    RUN_ENFORCEMENTS = _("dispatch, retry and settle enforcements")
    SEE_PLATFORMS = _("see platforms, and what is under way there")
    STOP_DISPATCH = _("stop takedowns, for one platform or for all, and let them go on")
    COUNT_STATISTICS = _("count statistics anew")


P = Permission
_READING = frozenset({P.SEE_QUEUES, P.SEE_CASES, P.SEE_BATCHES, P.SEE_STATISTICS, P.READ_ACCOUNTS})
_MODERATING = _READING | {P.WORK_CASES, P.DECIDE, P.APPROVE_DECISION, P.ASK_BATCH, P.RUN_BATCH, P.REPORT_THREAT}
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
    P.SEE_PLATFORMS,
    P.STOP_DISPATCH,
    P.SEE_ORDERS,
    P.MANAGE_ORDERS,
    P.SEE_THREATS,
    P.ANSWER_THREATS,
    P.MANAGE_QUEUES,
    *_MINDING_SOURCES,
    *_MINDING_WEBHOOKS,
}

OF_ROLE: dict[str, frozenset[Permission]] = {
    Role.MODERATOR: _MODERATING,
    Role.SENIOR_MODERATOR: _MODERATING | {P.UNDO_ANY, P.ANSWER_ESCALATIONS},
    Role.SUPERVISOR: _SUPERVISING,
    Role.AUDITOR: _READING
    | {P.SEE_AUDIT, P.SEE_WORKLOAD, P.SEE_ORDERS, P.SEE_SOURCES, P.SEE_WEBHOOKS, P.SEE_RULES, P.SEE_THREATS}
    | {P.SEE_PLATFORMS},
    Role.ADMINISTRATOR: _MINDING_SOURCES
    | _MINDING_WEBHOOKS
    | {P.SEE_STATISTICS, P.SEE_AUDIT, P.MANAGE_STAFF, P.MANAGE_PLATFORMS, P.MANAGE_POLICIES, P.MANAGE_QUEUES}
    | {P.SEE_PLATFORMS, P.STOP_DISPATCH},
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
