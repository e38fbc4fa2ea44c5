"""One small world that every door can be tried in: a row of each kind that an address can name."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from accounts.models import Account
from accounts.services import topics
from common import clock
from insights.services.publishing import publish_definitions
from reviews.models import (
    Batch,
    Case,
    Decision,
    Flag,
    LegalOrder,
    Note,
    Queue,
    Refresh,
    Restriction,
    SavedView,
    Threat,
    WebhookDelivery,
    WebhookEndpoint,
)
from reviews.rules.finding import Asked
from reviews.services import batches, claims, escalations, notes, refreshing, restricting, saved_views, threats
from reviews.services.batches import Plan
from reviews.services.facts import LegalBasis
from reviews.services.saved_views import ViewSaid
from reviews.services.webhooks import endpoints
from staff import actors
from staff.models import Organisation
from staff.services import organisations
from staff.services.organisations import OrganisationFacts
from tests.cast import Cast, a_case, a_cast, a_decision, a_flag, a_policy, an_account


@dataclass(frozen=True)
class World:
    """What there is: a case that waits (`case`), one that the moderator holds (`held`, under `token`), one that
    moderator2 `asked` about, one that the moderator decided a moment ago, a `proposal` of moderator2's, and a batch
    that the moderator asked for; `flag` was sent by the cast's client, which has an `endpoint` and a `delivery` that
    waits; the moderator's `note` names the supervisor; `view` is a shared one
    of the moderator's; a `threat` was raised on the held case. Everybody is cleared for threats to life; one account is
    restricted for them (`restriction`); the platform is to be asked about the account of `case` (`refresh`)."""

    cast: Cast
    case: Case
    held: Case
    asked: Case
    token: str
    decision: Decision
    proposal: Decision
    batch: Batch
    account: Account
    flag: Flag
    order: LegalOrder
    organisation: Organisation
    queue: Queue
    endpoint: WebhookEndpoint
    delivery: WebhookDelivery
    note: Note
    view: SavedView
    threat: Threat
    restriction: Restriction
    refresh: Refresh

    @property
    def arguments(self) -> dict[str, Any]:
        """A value for each argument that an address takes."""
        return {
            "case_id": self.case.pk,
            "decision_id": self.decision.pk,
            "batch_id": self.batch.pk,
            "account_id": self.account.pk,
            "flag_id": self.flag.pk,
            "source_id": self.flag.source_id,
            "order_id": self.order.pk,
            "queue_id": self.queue.pk,
            "person_id": self.cast.second_moderator.person().pk,
            "organisation_id": self.organisation.pk,
            "endpoint_id": self.endpoint.pk,
            "delivery_id": self.delivery.pk,
            "note_id": self.note.pk,
            "platform": "simulator",
            "external_id": self.account.external_id,
            "slug": "a-topic",
            "name": "decisions",
            "view": self.view.slug,
            "threat_id": self.threat.pk,
            "restriction_id": self.restriction.pk,
            "refresh_id": self.refresh.pk,
        }


def a_world() -> World:
    """The world, in the database."""
    cast = a_cast()
    for actor in cast.everyone.values():
        actor.person().clearances = ["threat_to_life"]
        actor.person().save()
    account = an_account("world:listed")
    claim = claims.claim(cast.moderator, case_id=a_case().pk)
    Queue.objects.create(slug="everything", title="Everything")
    asking = claims.claim(cast.second_moderator, case_id=a_case().pk)
    asked = escalations.escalate(
        cast.second_moderator, case_id=asking.case_id, token=asking.token, queue="everything", question="What is it?"
    )
    plan = Plan(
        title="A batch",
        outcome="suspend",
        policy=a_policy().code,
        reason="It is so.",
        expected_count=1,
        accounts=[("simulator", account.external_id)],
    )
    topics.define(actors.operator(), slug="a-topic", title="A topic", definition="What it is.")
    publish_definitions(actors.operator())
    endpoint, _ = endpoints.create(
        actors.operator(), client="Cast client", url="https://1.1.1.1/", events=["flag.received"]
    )
    basis = LegalBasis(order_id="A 1", authority="An authority", deadline=clock.now() + timedelta(hours=1))
    case = a_case()
    return World(
        cast=cast,
        case=case,
        refresh=refreshing.ask(cast.moderator, case_id=case.pk),
        held=claim.case,
        asked=asked.case,
        token=claim.token,
        decision=a_decision(cast.moderator),
        proposal=a_decision(cast.second_moderator, case=a_case(an_account(protected_class="journalist"))),
        batch=batches.plan(cast.moderator, plan),
        account=account,
        flag=a_flag(cast.client),
        order=LegalOrder.objects.get(flag=a_flag(legal_basis=basis)),
        organisation=organisations.enter(actors.operator(), OrganisationFacts("A research group", "research", "DE")),
        queue=Queue.objects.create(slug="to-be-changed", title="To be changed"),
        endpoint=endpoint,
        delivery=endpoints.send_test(actors.operator(), endpoint_id=endpoint.pk),
        note=notes.write(cast.moderator, case_id=claim.case_id, text="Look, @supervisor."),
        threat=threats.report(cast.moderator, case_id=claim.case_id),
        restriction=Restriction.objects.get(
            case=restricting.restrict(cast.supervisor, case_id=a_case().pk, clearance="threat_to_life")
        ),
        view=saved_views.save(cast.moderator, Asked(), ViewSaid(title="All of them", is_shared=True)),
    )
