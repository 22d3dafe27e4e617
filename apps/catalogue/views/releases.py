"""Releases: the list of them, one with its files, the files themselves, and the button that cuts one."""

from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.authentication import signed_in
from apps.core.exceptions import Refused
from apps.core.ranges import send_file

from .. import services
from ..formats import STREAMS
from ..models import Release
from ..permissions import may_cut
from ..tasks import write_release

_PAGE_SIZE = 24
_NOTE_LENGTH = 2000


@require_safe
def release_list(request: HttpRequest) -> HttpResponse:
    return _list(request)


def _list(request: HttpRequest, *, status: int = 200, **typed: str) -> HttpResponse:
    page = Paginator(Release.objects.published().defer("document"), _PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "being_written": Release.objects.being_written(),
        "may_cut": request.user.is_authenticated and may_cut(signed_in(request)),
        "note_length": _NOTE_LENGTH,
        **typed,
    }
    return render(request, "catalogue/release_list.html", context, status=status)


@require_safe
def release_detail(request: HttpRequest, release: str) -> HttpResponse:
    found = get_object_or_404(Release.objects.published(), name=release)
    told = orjson.loads(found.document)
    of_entries = [one for one in told["files"] if _holds_entries(one)]
    context = {
        "release": found,
        "told": told,
        "cut_at": parse_datetime(told["cut_at"]),
        "entries": [_described(one) for one in of_entries],
        "others": [one for one in told["files"] if one not in of_entries],
        "changes": [(kind, count) for kind, count in told["changes"].items() if count],
    }
    return render(request, "catalogue/release_detail.html", context)


def _holds_entries(one: dict[str, Any]) -> bool:
    written = STREAMS.get(one["format"])
    return written is not None and one["path"].startswith(f"data/{written.file_name}")


def _described(one: dict[str, Any]) -> dict[str, Any]:
    return one | {"title": STREAMS[one["format"]].title, "about": STREAMS[one["format"]].about}


@require_safe
def release_file(request: HttpRequest, release: str, path: str) -> HttpResponseBase:
    """One file of a release, whole or in part; only what its document lists is a file."""
    found = get_object_or_404(Release.objects.published(), name=release)
    for one in orjson.loads(found.document)["files"]:
        if one["path"] == path:
            place = Path(settings.RELEASES_ROOT) / found.name / path
            try:
                answer = send_file(request, place, digest=one["sha256"], media_type=one["media_type"])
            except FileNotFoundError:
                raise Http404("The file is not where it was kept: please tell an administrator.") from None
            answer["Access-Control-Allow-Origin"] = "*"
            return answer
    raise Http404


@login_required
@require_POST
def release_cut(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    if not (verdict := may_cut(person)):
        raise PermissionDenied(verdict.reason)
    note = request.POST.get("note", "").replace("\x00", "")
    if len(note) > _NOTE_LENGTH:
        problem = f"A note has at most {_NOTE_LENGTH} characters; there are {len(note)}."
        return _list(request, status=422, note=note, problem=problem)
    try:
        release = services.cut_release(actor=person, note=note)
    except Refused as refused:
        return _list(request, status=409 if refused.code == "state" else 422, note=note, problem=refused.reason)
    # Beat rings as well: a doorbell that nobody hears costs a minute.
    transaction.on_commit(write_release.delay, robust=True)
    messages.success(request, f"Release {release} is frozen. Its files are being written now; then it is published.")
    return redirect("catalogue:release-list")
