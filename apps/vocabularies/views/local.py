"""Terms of our own: the editors' list of them, and the page on which one is added, changed and retired."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.authentication import signed_in
from apps.core.exceptions import Refused

from .. import services
from ..choices import LOCAL_PREFIX, Vocabulary
from ..forms.terms import InsteadForm, TermForm
from ..models import Term
from ..permissions import may_edit_term
from .access import editors_only, status_of
from .deciding import refuse
from .requests import choice

_PAGE_SIZE = 50


@editors_only
@require_GET
def local_list(request: HttpRequest) -> HttpResponse:
    """``?q=caf&vocabulary=cell_state``: those found, the best first; all by name without words."""
    terms = Term.objects.local().for_picker().select_related("replaced_by")
    vocabulary, text = request.GET.get("vocabulary", ""), request.GET.get("q", "").replace("\x00", "")[:100]
    if vocabulary in LOCAL_PREFIX:
        terms = terms.in_vocabulary(vocabulary)
    page = Paginator(terms.search(text), _PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "text": text,
        "vocabulary": vocabulary,
        "vocabularies": [(one.value, one.label) for one in LOCAL_PREFIX],
    }
    return render(request, "vocabularies/local_list.html", context)


@editors_only
@require_http_methods(["GET", "HEAD", "POST"])
def local_create(request: HttpRequest) -> HttpResponse:
    vocabulary = request.GET.get("vocabulary", "")
    if vocabulary not in LOCAL_PREFIX:
        return choice(request, "Add a term", "For what no ontology has.", "vocabularies:local-create")
    form = TermForm(vocabulary, request.POST or None)
    if form.is_valid():
        try:
            term = services.add_local_term(actor=signed_in(request), said=form.said())
        except Refused as refused:
            refuse(form, refused)
        else:
            messages.success(request, f"Added: {term} ({term.curie}).")
            return redirect("vocabularies:local-list")
    context = {"form": form, "kind": Vocabulary(vocabulary).label.lower()}
    return render(request, "vocabularies/local_edit.html", context, status=422 if form.errors else 200)


@editors_only
@require_http_methods(["GET", "HEAD", "POST"])
def local_edit(request: HttpRequest, curie: str) -> HttpResponse:
    term = _local(curie)
    form = TermForm.of(term, request.POST or None)
    if not form.is_valid():
        return _page(request, term, form, status=422 if form.errors else 200)
    try:
        services.change_local_term(actor=signed_in(request), term=term, said=form.said())
    except Refused as refused:
        refuse(form, refused)
        return _page(request, _local(curie), form, status=status_of(refused))
    messages.success(
        request, "Changed. New drafts show it like this; published versions keep the words they were read with."
    )
    return redirect("vocabularies:local-edit", curie)


@editors_only
@require_POST
def local_retire(request: HttpRequest, curie: str) -> HttpResponse:
    term = _local(curie)
    form = InsteadForm(term.vocabulary, request.POST, must=False, auto_id="id_retire_%s")
    if not form.is_valid():
        return _page(request, term, TermForm.of(term), retire=form, status=422)
    try:
        services.retire_local_term(
            actor=signed_in(request), term=term, reason=form.cleaned_data["answer"], successor=form.instead()
        )
    except Refused as refused:
        form.add_error("answer" if refused.field == "reason" else refused.field, refused.reason)
        return _page(request, _local(curie), TermForm.of(term), retire=form, status=status_of(refused))
    messages.success(request, f"{term} is retired. Drafts that name it are told.")
    return redirect("vocabularies:local-list")


def _local(curie: str) -> Term:
    return get_object_or_404(Term.objects.local().select_related("replaced_by"), curie=curie)


def _page(
    request: HttpRequest, term: Term, form: TermForm, *, retire: InsteadForm | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "term": term,
        "form": form,
        "retire": retire or InsteadForm(term.vocabulary, must=False, auto_id="id_retire_%s"),
        "may": may_edit_term(signed_in(request), term),
        "kind": term.get_vocabulary_display().lower(),
        "back": reverse("vocabularies:local-list"),
    }
    return render(request, "vocabularies/local_edit.html", context, status=status)
