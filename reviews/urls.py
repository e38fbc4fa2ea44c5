"""Addresses of this package's pages."""

from django.urls import path

from reviews.views import accounts, batches, cases, decisions, organisations, queues, sources, webhooks

app_name = "reviews"
urlpatterns = [
    path("", queues.queue_list, name="queue-list"),
    path("queues/next/", queues.queue_next, name="queue-next"),
    path("cases/<uuid:case_id>/", cases.case_detail, name="case-detail"),
    path("cases/<uuid:case_id>/claim/", cases.case_claim, name="case-claim"),
    path("cases/<uuid:case_id>/renew/", cases.case_renew, name="case-renew"),
    path("cases/<uuid:case_id>/release/", cases.case_release, name="case-release"),
    path("cases/<uuid:case_id>/skip/", cases.case_skip, name="case-skip"),
    path("cases/<uuid:case_id>/decide/", cases.case_decide, name="case-decide"),
    path("cases/<uuid:case_id>/news/", cases.case_news, name="case-news"),
    path("decisions/<uuid:decision_id>/undo/", decisions.decision_undo, name="decision-undo"),
    path("accounts/<uuid:account_id>/", accounts.account_detail, name="account-detail"),
    path("batches/", batches.batch_list, name="batch-list"),
    path("batches/new/", batches.batch_new, name="batch-new"),
    path("batches/<uuid:batch_id>/", batches.batch_detail, name="batch-detail"),
    path("batches/<uuid:batch_id>/accounts/", batches.batch_accounts, name="batch-accounts"),
    path("batches/<uuid:batch_id>/accounts/export/", batches.batch_export, name="batch-export"),
    path("batches/<uuid:batch_id>/approve/", batches.batch_approve, name="batch-approve"),
    path("batches/<uuid:batch_id>/start/", batches.batch_start, name="batch-start"),
    path("batches/<uuid:batch_id>/cancel/", batches.batch_cancel, name="batch-cancel"),
    path("sources/", sources.source_list, name="source-list"),
    path("sources/<uuid:source_id>/", sources.source_detail, name="source-detail"),
    path("sources/<uuid:source_id>/warn/", sources.source_warn, name="source-warn"),
    path("sources/<uuid:source_id>/suspend/", sources.source_suspend, name="source-suspend"),
    path("sources/<uuid:source_id>/restore/", sources.source_restore, name="source-restore"),
    path("organisations/", organisations.organisation_list, name="organisation-list"),
    path("organisations/new/", organisations.organisation_new, name="organisation-new"),
    path("organisations/<uuid:organisation_id>/", organisations.organisation_detail, name="organisation-detail"),
    path("organisations/<uuid:organisation_id>/award/", organisations.award_enter, name="award-enter"),
    path("organisations/<uuid:organisation_id>/revoke/", organisations.award_revoke, name="award-revoke"),
    path("webhooks/", webhooks.webhook_list, name="webhook-list"),
    path("webhooks/new/", webhooks.webhook_new, name="webhook-new"),
    path("webhooks/<uuid:endpoint_id>/", webhooks.webhook_detail, name="webhook-detail"),
    path("webhooks/<uuid:endpoint_id>/edit/", webhooks.webhook_edit, name="webhook-edit"),
    path("webhooks/<uuid:endpoint_id>/rotate/", webhooks.webhook_rotate, name="webhook-rotate"),
    path("webhooks/<uuid:endpoint_id>/disable/", webhooks.webhook_disable, name="webhook-disable"),
    path("webhooks/<uuid:endpoint_id>/enable/", webhooks.webhook_enable, name="webhook-enable"),
    path("webhooks/<uuid:endpoint_id>/test/", webhooks.webhook_test, name="webhook-test"),
    path("webhooks/<uuid:endpoint_id>/replay/", webhooks.webhook_replay, name="webhook-replay"),
    path("webhooks/deliveries/<uuid:delivery_id>/", webhooks.webhook_delivery, name="webhook-delivery"),
    path("webhooks/deliveries/<uuid:delivery_id>/replay/", webhooks.webhook_delivery_replay, name="webhook-resend"),
]
