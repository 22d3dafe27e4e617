"""The addresses that machines ask: alive, ready, figures."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView

from . import health


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers; asks nothing else."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 where database, Redis and migrations are in order; else 503. Each is named."""
    report = health.report()
    answer = {name: "ok" if fine else "failed" for name, fine in report.items()}
    return JsonResponse(answer, status=200 if all(report.values()) else 503)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus figures: for administrators, and for the bearer of ``METRICS_TOKEN``."""
    if not may_see_metrics(request):
        raise PermissionDenied("The figures are for administrators and for the bearer of the metrics token.")
    answer: HttpResponse = ExportToDjangoView(request)
    return answer


def may_see_metrics(request: HttpRequest) -> bool:
    token = settings.METRICS_TOKEN
    if token and constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {token}"):
        return True
    person = getattr(request, "user", AnonymousUser())
    return bool(getattr(person, "is_administrator", False))
