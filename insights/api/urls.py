"""Addresses of this package's API."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
