"""Addresses of this package's pages."""

from django.urls import URLPattern

app_name = "insights"
urlpatterns: list[URLPattern] = []
