"""Every door of the product, by package. `tests/architecture` walks this list with every role and every scope."""

from django.urls import include, path

from moderation import api_pages, health
from staff.views import languages

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("sign-in/", include("staff.urls")),
    path("language/", languages.language_choose, name="language-choose"),
    path("api/schema/", api_pages.api_schema, name="api-schema"),
    path("api/docs/", api_pages.api_reference, name="api-reference"),
    path("api/docs/problems/", api_pages.api_problems, name="api-problems"),
    path("api/v1/", include("staff.api.urls")),
    path("api/v1/", include("reviews.api.urls")),
    path("api/v1/", include("insights.api.urls")),
    path("", include("insights.urls")),
    path("", include("takedowns.urls")),
    path("", include("reviews.urls")),
]

handler400 = "common.http.bad_request"
handler403 = "common.http.permission_denied"
handler404 = "common.http.page_not_found"
handler500 = "common.http.server_error"
