"""Scripts and styles are compressed on their way. Pages are not: their size would tell of what a person sees."""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

_TYPES = ("text/css", "text/javascript", "image/svg+xml")


class CompressStatic(GZipMiddleware):
    """gzip for static texts, where the browser takes it."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The answer, compressed if it is a static text."""
        is_text = response.headers.get("Content-Type", "").startswith(_TYPES)
        if is_text and request.path.startswith(settings.STATIC_URL):
            return super().process_response(request, response)
        return response
