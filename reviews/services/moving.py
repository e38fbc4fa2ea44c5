"""Moving: a case in the wrong language or under the wrong policy goes to the queues that it belongs to.

What its flags claim is evidence, and stays as it was sent: only the case counts under another policy, or as one in
another language.
"""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

import audit.services as audit
from common import clock
from common.errors import Invalid
from common.languages import language_name
from reviews import audit_actions
from reviews.choices import ClaimEnd, SkipReason
from reviews.models import Case, CaseMove, Policy, Skip
from reviews.services import claims, placing, restricting
from staff.actors import Actor
from staff.permissions import Permission


@transaction.atomic
def move(actor: Actor, *, case_id: UUID, token: str, language: str = "", policy: str = "") -> Case:
    """The case waits in the queues of this language and policy at once, for whoever works them. Takes a BCP 47 tag and
    a policy's code; "" leaves what is.

    It isn't served to the person again today when they moved it to another policy, or to a language that they don't
    read. A policy that asks for a clearance restricts the account (`restricting.restrict`). Returns the case. Raises
    NotFound, ClaimLost, Invalid naming the field, or when nothing would change. Audit: case.moved.

    Lock order: account, cases.
    """
    actor.require(Permission.WORK_CASES)
    account, _cases = restricting.lock_account_of(actor, case_id)
    case, live = claims.hold(actor, case_id, token)
    chosen, before = _checked(case, language, policy), case.policy
    made = CaseMove(
        case=case,
        moved_by=actor.person(),
        moved_at=clock.now(),
        from_language=case.language,
        to_language=language or case.language,
        from_policy=before,
        to_policy=chosen or before,
    )
    made.save()
    claims.end([live], ClaimEnd.MOVED)
    claims.wait_again(actor, [case])
    if language:
        placing.put_into_language(case, language)
    if chosen and chosen.clearance and chosen.clearance not in account.clearances:
        restricting.restrict(actor, case_id=case.pk, clearance=chosen.clearance)
        case.refresh_from_db()
    if chosen:
        placing.put_under(case, chosen)
    _pass_over(actor, made)
    names = placing.subjects(case.account, case.pk)
    audit.record(
        actor,
        audit_actions.CASE_MOVED,
        names,
        before={"language": made.from_language, "policy": before.code},
        after={"language": made.to_language, "policy": made.to_policy.code},
    )
    return case


def _checked(case: Case, language: str, policy: str) -> Policy | None:
    """The policy asked for. Raises Invalid."""
    if language and language_name(language) == language:
        raise Invalid(_("language: choose one that is known."), fields={"language": _("choose one that is known.")})
    chosen = Policy.objects.filter(code=policy, is_active=True).first() if policy else None
    if policy and chosen is None:
        raise Invalid(
            _("policy: no active policy has the code %(code)s.") % {"code": repr(policy)},
            fields={"policy": _("not known.")},
        )
    if language in ("", case.language) and chosen in (None, case.policy):
        text = _("choose another language or another policy.")
        raise Invalid(f"policy: {text}", fields={"policy": text})
    return chosen


def _pass_over(actor: Actor, made: CaseMove) -> None:
    """It isn't served to who can't judge it; who moved it for its language alone may be served it, if they read it."""
    reads = not actor.person().languages or made.to_language in actor.person().languages
    if made.to_policy == made.from_policy and reads:
        return
    why = SkipReason.SUBJECT if reads else SkipReason.LANGUAGE
    Skip.objects.get_or_create(
        case=made.case, person=actor.person(), day=made.moved_at.date(), defaults={"why": why, "reason": ""}
    )
