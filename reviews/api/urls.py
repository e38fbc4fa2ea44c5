"""Addresses of this package's API, and of the accounts'."""

from django.urls import path, re_path

from reviews.api import accounts, batches, case_list, cases, decisions, flags, policies, sources

app_name = "reviews-api"
urlpatterns = [
    path("flags", flags.FlagList.as_view(), name="flag-list"),
    path("flags/bulk", flags.FlagBulk.as_view(), name="flag-bulk"),
    path("flags/<uuid:flag_id>", flags.FlagDetail.as_view(), name="flag-detail"),
    path("flags/<uuid:flag_id>/withdraw", flags.FlagWithdraw.as_view(), name="flag-withdraw"),
    path("sources/me", sources.SourceMe.as_view(), name="source-me"),
    path("accounts/bulk", accounts.AccountBulk.as_view(), name="account-bulk"),
    path("activity/bulk", accounts.ActivityBulk.as_view(), name="activity-bulk"),
    # the path reaches us decoded: an external id may hold slashes, and line breaks, which <path:…> does not match
    re_path(
        r"^accounts/(?P<platform>[^/]+)/(?P<external_id>(?s:.+))\Z", accounts.AccountDetail.as_view(), name="account"
    ),
    path("policies", policies.Policies.as_view(), name="policy-list"),
    path("queues", policies.Queues.as_view(), name="queue-list"),
    path("queue/next", cases.QueueNext.as_view(), name="queue-next"),
    path("cases", case_list.CaseList.as_view(), name="case-list"),
    path("cases/<uuid:case_id>", cases.CaseRead.as_view(), name="case-detail"),
    path("cases/<uuid:case_id>/claim", cases.CaseClaim.as_view(), name="case-claim"),
    path("cases/<uuid:case_id>/renew", cases.CaseRenew.as_view(), name="case-renew"),
    path("cases/<uuid:case_id>/release", cases.CaseRelease.as_view(), name="case-release"),
    path("cases/<uuid:case_id>/skip", cases.CaseSkip.as_view(), name="case-skip"),
    path("cases/<uuid:case_id>/hold", cases.CaseHold.as_view(), name="case-hold"),
    path("cases/<uuid:case_id>/escalate", cases.CaseEscalate.as_view(), name="case-escalate"),
    path("cases/<uuid:case_id>/decision", cases.CaseDecision.as_view(), name="case-decision"),
    path("batches", batches.BatchList.as_view(), name="batch-list"),
    path("batches/<uuid:batch_id>", batches.BatchDetail.as_view(), name="batch-detail"),
    path("batches/<uuid:batch_id>/items", batches.BatchItems.as_view(), name="batch-items"),
    path("batches/<uuid:batch_id>/start", batches.BatchStart.as_view(), name="batch-start"),
    path("batches/<uuid:batch_id>/pause", batches.BatchPause.as_view(), name="batch-pause"),
    path("batches/<uuid:batch_id>/resume", batches.BatchResume.as_view(), name="batch-resume"),
    path("batches/<uuid:batch_id>/cancel", batches.BatchCancel.as_view(), name="batch-cancel"),
    path("batches/<uuid:batch_id>/retry", batches.BatchRetry.as_view(), name="batch-retry"),
    path("batches/<uuid:batch_id>/revert", batches.BatchRevert.as_view(), name="batch-revert"),
    path("decisions/<uuid:decision_id>/undo", decisions.DecisionUndo.as_view(), name="decision-undo"),
    path("decisions/<uuid:decision_id>/reverse", decisions.DecisionReverse.as_view(), name="decision-reverse"),
]
