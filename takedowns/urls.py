"""Addresses of this package's pages."""

from django.urls import path

from takedowns.views import platforms

app_name = "takedowns"
urlpatterns = [
    path("platforms/", platforms.platform_list, name="platform-list"),
    path("platforms/stop/", platforms.dispatch_stop, name="dispatch-stop"),
    path("platforms/lift/", platforms.dispatch_lift, name="dispatch-lift"),
]
