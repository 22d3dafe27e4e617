"""What holds for every request: how large it may be, and what the browser may do for our pages."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

FORM_OVERHEAD_BYTES = 64 * 1024
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)


class RequestSizeMiddleware:
    """Refuse a body that is too large before a byte of it is read.

    Django holds back only what it keeps in memory; files it would write to the disk without end.
    Gunicorn hands over no more than the length announced.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdigit():
            return HttpResponse("Content-Length must be a number.\n", status=400, content_type="text/plain")
        takes_files = (
            request.path.startswith(tuple(settings.UPLOAD_PATHS)) and request.content_type == "multipart/form-data"
        )
        limit = settings.UPLOAD_LIMIT_BYTES if takes_files else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if int(length) > limit + FORM_OVERHEAD_BYTES:
            return HttpResponse(
                f"Too large: at most {limit // 2**20} MB can be sent here.\n", status=413, content_type="text/plain"
            )
        return self.get_response(request)


class PermissionsPolicyMiddleware:
    """Our pages need no camera, no place, no payment; nor shall anything that slips into them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        return response
