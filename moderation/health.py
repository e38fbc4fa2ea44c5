"""`/healthz`: for load balancers, for `demo`, and for whoever wonders. Says which part is missing, and nothing else."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse

from moderation.vitals import OK, vitals


@login_not_required
def healthz(request: HttpRequest) -> JsonResponse:
    """200 and `{"status": "ok", "checks": {name: "ok"}}` while every part answers; else 503 with what was found."""
    checks = vitals()
    healthy = all(result == OK for result in checks.values())
    body = {"status": "ok" if healthy else "failing", "checks": checks}
    return JsonResponse(body, status=200 if healthy else 503, headers={"Cache-Control": "no-store"})
