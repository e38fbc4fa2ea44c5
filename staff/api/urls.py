"""The staff part of the API: nothing yet; keys are made at the shell."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
