"""Flags: whoever is signed in raises them, editors answer."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.authentication import signed_in
from apps.catalogue.models import Entry
from apps.core.exceptions import Refused

from .. import permissions, services
from ..forms import FlagAnswerForm, FlagForm
from ..models import Flag, Record
from . import show
from .access import editors_only, status_of

_PAGE_SIZE = 25
_SHOWN = {"": "To be answered", "answered": "Answered"}
#: A reader sees so many of their own earlier flags on an entry.
_OWN = 10


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def flag_create(request: HttpRequest, accession: str) -> HttpResponse:
    """GET shows the form and one's own flags on the entry, POST raises one."""
    record = get_object_or_404(Record, accession=accession)
    form = FlagForm(request.POST or None)
    refused = None
    if request.method == "POST" and form.is_valid():
        try:
            services.raise_flag(actor=signed_in(request), record=record, **form.cleaned_data)
        except Refused as refusal:
            refused = _put_at_its_field(form, refusal)
        else:
            messages.success(request, "Flagged. The editors look at it, and you are told their answer.")
            return redirect("curation:flag-create", accession)
    context = {
        "entry": get_object_or_404(Entry.objects.defer("document", "search"), accession=accession),
        "form": form,
        "refused": refused,
        "may": permissions.may_flag(signed_in(request), record),
        "flags": record.flags.of(signed_in(request)).for_list().reverse()[:_OWN],
    }
    return render(request, "curation/flag_create.html", context, status=_status(form, refused))


@editors_only
@require_GET
def flag_list(request: HttpRequest) -> HttpResponse:
    shown = request.GET.get("show", "")
    shown = shown if shown in _SHOWN else ""
    accession = request.GET.get("entry", "").replace("\0", "").strip()
    flags = Flag.objects.answered().for_list().reverse() if shown else Flag.objects.open().for_list()
    if accession:
        flags = flags.on(accession)
    waiting = Flag.objects.open().count()
    tabs = [
        {"url": f"?show={name}", "label": label, "current": name == shown, "count": None if name else waiting}
        for name, label in _SHOWN.items()
    ]
    page = Paginator(flags, _PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "tabs": tabs, "shown": shown, "accession": accession}
    return render(request, "curation/flag_list.html", context)


@editors_only
@require_GET
def flag_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, pk)


@editors_only
@require_POST
def flag_resolve(request: HttpRequest, pk: int) -> HttpResponse:
    form = FlagAnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, pk, form=form)
    try:
        services.resolve_flag(actor=signed_in(request), flag=_flag(pk), **form.cleaned_data)
    except Refused as refused:
        return _page(request, pk, form=form, refused=_put_at_its_field(form, refused))
    messages.success(request, "Answered. Whoever raised the flag is told.")
    return redirect("curation:flag-detail", pk)


def _flag(pk: int) -> Flag:
    return get_object_or_404(Flag.objects.for_list(), pk=pk)


def _put_at_its_field(form: FlagForm | FlagAnswerForm, refused: Refused) -> Refused | None:
    if refused.field not in form.fields:
        return refused
    form.add_error(refused.field, refused.reason)
    return None


def _status(form: FlagForm | FlagAnswerForm, refused: Refused | None) -> int:
    return status_of(refused) if refused else 422 if form.errors else 200


def _page(
    request: HttpRequest, pk: int, *, form: FlagAnswerForm | None = None, refused: Refused | None = None
) -> HttpResponse:
    flag, form = _flag(pk), form or FlagAnswerForm()
    context = {
        "flag": flag,
        "entry": Entry.objects.defer("document", "search").get(accession=flag.record.accession),
        "form": form,
        "refused": refused,
        "may": permissions.may_answer_flag(signed_in(request), flag),
        "history": show.history(flag),
    }
    return render(request, "curation/flag_detail.html", context, status=_status(form, refused))
