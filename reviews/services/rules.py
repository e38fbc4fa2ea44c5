"""Rules are set by supervisors: a new row each time, and the old ones stay."""

from dataclasses import asdict

from django.db import transaction
from django.utils.translation import gettext_lazy as _

import audit.services as audit
from common import clock
from common.errors import Conflict
from reviews import audit_actions
from reviews.models import HumaneSetting, SecondPersonRule
from reviews.rules.humane import HumaneRule
from reviews.rules.second_person import Rule
from reviews.selectors import humane, second_person
from staff.actors import Actor
from staff.permissions import Permission

IN_FORCE = _("This rule is in force already.")


@transaction.atomic
def set_second_person(actor: Actor, rule: Rule) -> SecondPersonRule:
    """From now on, proposals are asked for by `rule`. Proposals that wait stay what they are.

    Raises NotAllowed; Conflict when this rule is in force already. Audit: rule.set.
    """
    actor.require(Permission.SET_RULES)
    before = second_person.current_rule()
    if rule == before:
        raise Conflict(str(IN_FORCE), code="rule-in-force")
    made = SecondPersonRule.objects.create(
        followers_above=rule.followers_above,
        governments_only=rule.governments_only,
        set_by=actor.person(),
        set_at=clock.now(),
    )
    audit.record(
        actor, audit_actions.RULE_SET, [audit.subject("rule", made.pk)], before=_told(before), after=_told(rule)
    )
    return made


@transaction.atomic
def set_humane(actor: Actor, rule: HumaneRule) -> HumaneSetting:
    """From now on, `rule` holds for everybody who chooses nothing else.

    Raises NotAllowed; Conflict when this rule is in force already. Audit: rule.set.
    """
    actor.require(Permission.SET_RULES)
    before = humane.current_rule()
    if rule == before:
        raise Conflict(str(IN_FORCE), code="rule-in-force")
    made = HumaneSetting.objects.create(**asdict(rule), set_by=actor.person(), set_at=clock.now())
    subjects = [audit.subject("rule", made.pk)]
    audit.record(actor, audit_actions.RULE_SET, subjects, before=asdict(before), after=asdict(rule))
    return made


def _told(rule: Rule) -> dict[str, object]:
    return {"followers_above": rule.followers_above, "governments_only": rule.governments_only}
