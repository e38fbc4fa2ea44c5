"""Every door of the product, by package. `tests/architecture` walks this list with every role and every scope."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from drf_spectacular.renderers import OpenApiJsonRenderer2, OpenApiYamlRenderer
from drf_spectacular.views import SpectacularAPIView

from moderation import api_pages, health

# JSON unless YAML is asked for: JSON is YAML, too
SCHEMA = login_not_required(SpectacularAPIView.as_view(renderer_classes=[OpenApiJsonRenderer2, OpenApiYamlRenderer]))

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("sign-in/", include("staff.urls")),
    path("api/schema/", SCHEMA, name="api-schema"),
    path("api/docs/", api_pages.api_reference, name="api-reference"),
    path("api/docs/problems/", api_pages.api_problems, name="api-problems"),
    path("api/v1/", include("staff.api.urls")),
    path("api/v1/", include("reviews.api.urls")),
    path("api/v1/", include("insights.api.urls")),
    path("", include("insights.urls")),
    path("", include("reviews.urls")),
]

handler400 = "common.http.bad_request"
handler403 = "common.http.permission_denied"
handler404 = "common.http.page_not_found"
handler500 = "common.http.server_error"
