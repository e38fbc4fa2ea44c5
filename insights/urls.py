"""Addresses of this package's pages."""

from django.urls import path

from insights.views import audit, statistics

app_name = "insights"
urlpatterns = [
    path("statistics/", statistics.overview, name="statistics-overview"),
    path("statistics/topics/<slug:slug>/", statistics.topic_detail, name="statistics-topic"),
    path("statistics/definitions/", statistics.definition_list, name="statistics-definitions"),
    path("statistics/definitions/<str:name>/", statistics.definition_detail, name="statistics-definition"),
    path("statistics/<str:name>/export/", statistics.statistic_export, name="statistics-export"),
    path("audit/", audit.audit_list, name="audit-list"),
    path("audit/export/", audit.audit_export, name="audit-export"),
]
