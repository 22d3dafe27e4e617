"""Errors of the API as ``application/problem+json`` (RFC 9457): one shape, one place.

Every body has ``type``, ``title`` (the status in words), ``status``, ``detail`` (a whole sentence) and
``code`` (a stable word for programs); where single fields are at fault, ``errors`` lists them as
``{"field", "message", "code"}``. A field inside another is written ``content.target``.
"""

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.views import defaults
from rest_framework import exceptions, serializers
from rest_framework.views import set_rollback

from .exceptions import Refused

MEDIA_TYPE = "application/problem+json"

#: What a refusal's code means in HTTP; every other code is 422.
STATUS_OF_CODE = {
    "forbidden": HTTPStatus.FORBIDDEN,
    "missing": HTTPStatus.NOT_FOUND,
    "state": HTTPStatus.CONFLICT,
    "stale": HTTPStatus.CONFLICT,
    "duplicate": HTTPStatus.CONFLICT,
    "too_many": HTTPStatus.TOO_MANY_REQUESTS,
}

_TITLES = {HTTPStatus.UNPROCESSABLE_ENTITY: "Unprocessable content"}


class ProblemErrorSerializer(serializers.Serializer):
    """One fault of one field."""

    field = serializers.CharField(help_text="The field at fault; empty where the whole is.", allow_blank=True)
    message = serializers.CharField()
    code = serializers.CharField()


class ProblemSerializer(serializers.Serializer):
    """The shape of every error, for the schema."""

    type = serializers.CharField(default="about:blank")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    errors = ProblemErrorSerializer(many=True, required=False)  # type: ignore[assignment]  # RFC 9457 says it so


def problem(
    status: int,
    detail: str,
    *,
    code: str,
    errors: Iterable[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
    more: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """One error answer, ready to send; JSON whatever format the caller had asked for.

    ``more`` are members of its own kind, as RFC 9457 allows.
    """
    status = HTTPStatus(status)
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": _TITLES.get(status) or status.phrase.capitalize(),
        "status": int(status),
        "detail": detail,
        "code": code,
        **(more or {}),
    }
    if errors:
        body["errors"] = [dict(error) for error in errors]
    return HttpResponse(json.dumps(body, ensure_ascii=False), status=status, content_type=MEDIA_TYPE, headers=headers)


def problem_responses(*statuses: int) -> dict[tuple[int, str], type[serializers.Serializer]]:
    """What a view adds to ``extend_schema(responses=…)`` for the errors that it may answer."""
    return {(status, MEDIA_TYPE): ProblemSerializer for status in statuses}


def valid(serializer: serializers.Serializer) -> dict[str, Any]:
    """What was sent, in the shape of the serializer; where it does not fit, a problem that names the fields."""
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def exception_handler(exc: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """REST framework's handler: anything expected becomes a problem; the rest stays a server error."""
    answer = _answer(exc)
    if answer is not None:
        set_rollback()
    return answer


def _answer(exc: Exception) -> HttpResponse | None:
    if isinstance(exc, Refused):
        errors = list(getattr(exc, "errors", ()))
        if not errors and exc.field:
            errors = [{"field": exc.field, "message": exc.reason, "code": exc.code}]
        status = STATUS_OF_CODE.get(exc.code, HTTPStatus.UNPROCESSABLE_ENTITY)
        return problem(status, exc.reason, code=exc.code, errors=errors)
    if isinstance(exc, Http404):
        exc = exceptions.NotFound()
    elif isinstance(exc, PermissionDenied):
        exc = exceptions.PermissionDenied()
    if isinstance(exc, exceptions.ValidationError):
        errors = list(flatten(exc.detail))
        return problem(exc.status_code, _summary(errors), code="invalid", errors=errors)
    if isinstance(exc, exceptions.APIException):
        return problem(exc.status_code, _sentence(exc), code=_code(exc), headers=_headers(exc))
    return None


def flatten(detail: Any, field: str = "") -> Iterable[dict[str, str]]:
    """REST framework's nested messages as a flat list of single faults."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from flatten(inner, field if name == "non_field_errors" else f"{field}.{name}".lstrip("."))
    elif isinstance(detail, (list, tuple)):
        for position, inner in enumerate(detail):
            # A list of messages belongs to the field itself; a list of lists or mappings to its items.
            yield from flatten(inner, f"{field}.{position}" if isinstance(inner, (Mapping, list)) else field)
    else:
        yield {"field": field, "message": str(detail), "code": str(getattr(detail, "code", "invalid"))}


def _summary(errors: list[dict[str, str]]) -> str:
    if len(errors) == 1:
        field, message = errors[0]["field"], errors[0]["message"]
        return f"{field}: {message}" if field else message
    return f"{len(errors)} fields or parameters are not right; each is named below."


def _sentence(exc: exceptions.APIException) -> str:
    detail = exc.detail
    return str(detail) if not isinstance(detail, (dict, list)) else _summary(list(flatten(detail)))


def _code(exc: exceptions.APIException) -> str:
    codes = exc.get_codes()
    return codes if isinstance(codes, str) else "invalid"


def _headers(exc: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if auth_header := getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = auth_header
    if wait := getattr(exc, "wait", None):
        headers["Retry-After"] = str(wait)  # whole seconds, rounded up already
    return headers


# --- errors outside any view: set as handler404 and handler500 ---------------------------------


def _for_program(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """An address that nothing answers: a problem below /api/, elsewhere the page."""
    if not _for_program(request):
        return defaults.page_not_found(request, exception)
    return problem(HTTPStatus.NOT_FOUND, "There is nothing at this address.", code="not_found")


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours: a problem below /api/, elsewhere the page."""
    if not _for_program(request):
        return defaults.server_error(request)
    detail = "Something went wrong on our side; it has been logged."
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, detail, code="error")
