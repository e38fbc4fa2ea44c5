"""Addresses of sign-in and sign-out: allauth's views, and of them only these. People and passwords are made at the
shell, so every other way that allauth has to write a password or an address stays shut."""

from allauth.account import views
from django.urls import path

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("signup/", views.signup, name="account_signup"),  # closed, and says so
]
