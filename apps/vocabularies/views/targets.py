"""The targets as editors keep them: found, added, changed, merged."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from apps.accounts.authentication import signed_in
from apps.accounts.models import Event
from apps.core.exceptions import Refused

from .. import services
from ..choices import TargetKind
from ..forms.targets import MergeForm, NewTargetForm, TargetForm
from ..models import Target
from .access import editors_only, status_of

_PAGE_SIZE = 25


@editors_only
@require_GET
def target_list(request: HttpRequest) -> HttpResponse:
    """``?q=…&kind=…``; what was merged or declined too, each with where it leads."""
    text, kind = request.GET.get("q", "").replace("\x00", "")[:100], request.GET.get("kind", "")
    targets = Target.objects.select_related("merged_into").search(text)
    if kind in TargetKind.values:
        targets = targets.filter(kind=kind)
    page = Paginator(targets, _PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "text": text, "kind": kind, "kinds": TargetKind.choices}
    return render(request, "vocabularies/target_list.html", context)


@editors_only
@require_http_methods(["GET", "HEAD", "POST"])
def target_create(request: HttpRequest) -> HttpResponse:
    form = NewTargetForm(request.POST or None, name=request.GET.get("name", ""))
    if form.is_valid():
        try:
            target = services.add_target(actor=signed_in(request), said=form.said())
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.reason)
        else:
            messages.success(request, f"Added: {target}. Within a minute it stands in the catalogue.")
            return redirect("vocabularies:target-edit", target.pk)
    return render(request, "vocabularies/target_create.html", {"form": form}, status=422 if form.errors else 200)


@editors_only
@require_http_methods(["GET", "HEAD", "POST"])
def target_edit(request: HttpRequest, pk: int) -> HttpResponse:
    target = get_object_or_404(Target.objects.select_related("merged_into"), pk=pk)
    form = TargetForm.of(target, request.POST or None)
    status = 422 if form.errors else 200
    if form.is_valid():
        try:
            services.change_target(actor=signed_in(request), target=target, said=form.said())
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.reason)
            status = status_of(refused)
        else:
            messages.success(request, "Saved. Within a minute the catalogue says so too.")
            return redirect("vocabularies:target-edit", pk)
    context = {"target": target, "form": form, "history": Event.objects.of_object(target).reverse()[:20]}
    return render(request, "vocabularies/target_edit.html", context, status=status)


@editors_only
@require_http_methods(["GET", "HEAD", "POST"])
def target_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """What it touches is shown on the same page, before anything is done."""
    target = get_object_or_404(Target.objects.select_related("merged_into"), pk=pk)
    form = MergeForm(request.POST or None)
    status = 422 if form.errors else 200
    if form.is_valid():
        try:
            heir = services.merge_targets(
                actor=signed_in(request), target=target, into=form.heir(), reason=form.cleaned_data["reason"]
            )
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.reason)
            status = status_of(refused)
        else:
            messages.success(
                request, f"{target.symbol} is merged into {heir}. Its address leads there within a minute."
            )
            return redirect("vocabularies:target-edit", heir.pk)
    return render(request, "vocabularies/target_merge.html", {"target": target, "form": form}, status=status)
