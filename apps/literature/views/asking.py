"""The page that asks for an import, in one of three ways; two of them can be looked at first."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from apps.accounts.authentication import signed_in
from apps.accounts.models import User
from apps.core.exceptions import Refused

from .. import formats, services
from ..forms import FileForm, ListForm, SearchForm
from ..models import ImportRun
from ..sources import SourceFailure, SourceUnavailable, service_named
from ..sources.pasted import understand_text
from ..tasks import ring
from .access import curators_only

#: What of a list is no identifier is shown up to so many lines.
WRONG_SHOWN = 20
WAYS: dict[str, tuple[str, type[FileForm | ListForm | SearchForm]]] = {
    "file": ("A file", FileForm),
    "identifiers": ("PMIDs or DOIs", ListForm),
    "search": ("A search", SearchForm),
}


@curators_only
@require_http_methods(["GET", "HEAD", "POST"])
def import_create(request: HttpRequest) -> HttpResponse:
    asked = request.POST if request.method == "POST" else request.GET
    way = asked["way"] if asked.get("way") in WAYS else "file"
    kind = WAYS[way][1]
    if request.method != "POST":
        # A link may fill in what is searched for.
        return _page(
            request, way, kind(initial={name: request.GET[name] for name in kind.base_fields if name in asked})
        )
    form = kind(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, way, form)
    if request.POST.get("step") == "look":
        return _page(request, way, form, **_look(form))
    try:
        run = _ask(signed_in(request), form)
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.reason)
        return _page(request, way, form)
    ring(run)
    messages.success(request, "The import goes on by itself; you may leave this page.")
    return redirect("literature:import-detail", run.pk)


def _ask(person: User, form: forms.Form) -> ImportRun:
    asked = form.cleaned_data
    if isinstance(form, FileForm):
        file = asked["file"]
        return services.request_import(requested_by=person, file=file, file_name=file.name, **form.options())
    if isinstance(form, ListForm):
        return services.request_identifiers(requested_by=person, identifiers=asked["identifiers"], **form.options())
    assert isinstance(form, SearchForm)
    return services.request_search(
        requested_by=person, origin=asked["source"], query=asked["query"], since=asked["since"], **form.options()
    )


def _look(form: forms.Form) -> dict[str, Any]:
    """What of a list is understood, or what a search would find."""
    if isinstance(form, ListForm):
        understood = understand_text(form.cleaned_data["identifiers"])
        return {"understood": understood, "wrong_shown": understood.wrong[:WRONG_SHOWN]}
    if isinstance(form, SearchForm):
        service = service_named(form.cleaned_data["source"], hurry=True)
        try:
            return {"found": service.glance(form.cleaned_data["query"], since=form.cleaned_data["since"])}
        except SourceFailure as failure:
            return {"failure": failure.reason, "may_pass": isinstance(failure, SourceUnavailable)}
    return {}


def _page(request: HttpRequest, way: str, form: forms.Form, **seen: Any) -> HttpResponse:
    is_fragment = bool(getattr(request, "htmx", False))
    tabs = [{"url": f"?way={name}", "label": label, "current": name == way} for name, (label, _) in WAYS.items()]
    context = {
        "form": form,
        "way": way,
        "tabs": tabs,
        "limit": settings.UPLOAD_LIMIT_BYTES,
        "formats": formats.labels(),
        "asks_services": settings.SOURCES_ENABLED,
        "is_fragment": is_fragment,
        **seen,
    }
    if is_fragment:  # shown whatever it says: what is wrong stands in it
        return render(request, "literature/import_create.html#seen", context)
    return render(request, "literature/import_create.html", context, status=422 if form.errors else 200)
