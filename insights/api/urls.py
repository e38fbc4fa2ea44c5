"""Addresses of this package's API."""

from django.urls import path

from insights.api import audit, statistics

app_name = "insights-api"
urlpatterns = [
    path("statistics/definitions", statistics.DefinitionsRead.as_view(), name="definition-list"),
    path("statistics/<str:name>", statistics.StatisticRead.as_view(), name="statistic-detail"),
    path("audit/entries", audit.EntryList.as_view(), name="entry-list"),
]
