"""Asking for a term or a target that a draft needs: the draft is saved, and comes back with it in its field."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from apps.accounts.authentication import signed_in
from apps.core.exceptions import Refused
from apps.vocabularies import services as vocabularies
from apps.vocabularies.forms.targets import TargetRequestForm
from apps.vocabularies.forms.terms import TermRequestForm
from apps.vocabularies.models import Target, Term

from .. import permissions, services
from ..forms import ContentForm, offering
from ..forms.fields import TargetField, TermField, curie_in, split_names, written
from ..models import Submission
from .access import curators_only, visible_submission


def asking_page(form: ContentForm, field: str) -> HttpResponse:
    """To the page on which the last name in the field that is not known is asked for."""
    names = [name for name in split_names(form.unread.get(field, "")) if not curie_in(name)]
    is_target = isinstance(form.fields[field], TargetField)
    address = reverse(
        f"curation:{'target' if is_target else 'term'}-request",
        args=[form.submission.pk] if is_target else [form.submission.pk, field],
    )
    return redirect(f"{address}?{urlencode({'name': names[-1]})}" if names else address)


@curators_only
@require_http_methods(["GET", "HEAD", "POST"])
def term_request(request: HttpRequest, pk: int, field: str) -> HttpResponse:
    submission = visible_submission(signed_in(request), pk)
    named = ContentForm.base_fields.get(field)
    if not isinstance(named, TermField):
        raise Http404
    if not (verdict := permissions.may_edit(signed_in(request), submission)):
        messages.info(request, verdict.reason)
        return redirect("curation:submission-detail", pk)
    (vocabulary,) = named.vocabularies
    terms = Term.objects.choosable().in_vocabulary(vocabulary)
    if chosen := terms.filter(curie=request.POST.get("use", "").replace("\x00", "")).first():
        return _back_with(request, submission, field, written(chosen.label, chosen.curie))
    form = TermRequestForm(vocabulary, request.POST or None, initial={"label": request.GET.get("name", "")})
    if form.is_valid():
        try:
            wish = vocabularies.request_term(
                actor=signed_in(request), said=form.said(), reason=form.cleaned_data["reason"]
            )
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.reason)
        else:
            messages.success(request, f"Asked for: {wish.term}. An editor decides on it.")
            return _back_with(request, submission, field, written(wish.term.label, wish.term.curie))
    context = {"form": form, "submission": submission, "field": named.label, "field_name": field}
    return render(request, "vocabularies/request_create.html", context, status=422 if form.errors else 200)


@curators_only
@require_http_methods(["GET", "HEAD", "POST"])
def target_request(request: HttpRequest, pk: int) -> HttpResponse:
    """The same of a target; ``?name=CSF1R`` fills the form in from the HGNC table."""
    submission = visible_submission(signed_in(request), pk)
    if not (verdict := permissions.may_edit(signed_in(request), submission)):
        messages.info(request, verdict.reason)
        return redirect("curation:submission-detail", pk)
    targets = Target.objects.choosable()
    if chosen := targets.filter(curie=request.POST.get("use", "").replace("\x00", "")).first():
        return _back_with(request, submission, "target", written(chosen.symbol, chosen.curie))
    form = TargetRequestForm(request.POST or None, name=request.GET.get("name", ""))
    if form.is_valid():
        try:
            wish = vocabularies.request_target(
                actor=signed_in(request), said=form.said(), reason=form.cleaned_data["reason"]
            )
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.reason)
        else:
            messages.success(request, f"Asked for: {wish.target.symbol}. An editor decides on it.")
            return _back_with(request, submission, "target", written(wish.target.symbol, wish.target.curie))
    context = {"form": form, "submission": submission}
    return render(request, "vocabularies/target_create.html", context, status=422 if form.errors else 200)


def _back_with(request: HttpRequest, submission: Submission, field: str, text: str) -> HttpResponse:
    """The draft, with ``text`` in the field in place of the name that was not known."""
    typed = offering.put_in(offering.as_typed(submission), field, text, instead_of=request.GET.get("name", ""))
    form = ContentForm(submission, typed)
    form.is_valid()
    try:
        services.save_draft(
            actor=signed_in(request),
            submission=submission,
            content=form.content(),
            unread=form.unread,
            edit_count=submission.edit_count,
            sitting=submission.sitting,
        )
    except Refused as refused:
        messages.warning(request, f"{text} could not be put into the draft: {refused.reason}")
    return redirect(f"{reverse('curation:submission-edit', args=[submission.pk])}#field-{field}")
