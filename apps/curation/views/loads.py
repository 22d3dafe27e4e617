"""Published entries and open submissions that name what is changed in the vocabularies, and what to do about them."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from apps.accounts.authentication import signed_in
from apps.accounts.models import User
from apps.catalogue.models import Entry
from apps.vocabularies.models import OntologyLoad, Target

from ..models import Submission
from ..permissions import is_party
from ..services import Change, Naming, Touched
from ..workflow import EDITABLE
from . import show
from .access import curators_only, editors_only

_PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class Row:
    """One entry or one submission that names what changed."""

    title: str
    address: str
    changes: list[Change]
    entry: Entry | None = None
    submission: Submission | None = None


@curators_only
@require_GET
def load_touched(request: HttpRequest, pk: int) -> HttpResponse:
    """What a version of an ontology touches; everybody sees what is open to them, and how much else there is."""
    load = get_object_or_404(OntologyLoad, pk=pk)
    address = reverse("curation:load-touched", args=[load.pk])
    return _page(request, Touched(load), "curation/load_touched.html", address, load=load)


@editors_only
@require_GET
def target_named(request: HttpRequest, curie: str) -> HttpResponse:
    """What names a target, such as one that is to be merged into another."""
    target = get_object_or_404(Target, curie=curie)
    address = reverse("curation:target-named", args=[curie])
    return _page(request, Naming(target), "curation/target_named.html", address, target=target)


def _page(
    request: HttpRequest, touched: Touched | Naming, template: str, address: str, **context: object
) -> HttpResponse:
    person = signed_in(request)
    visible = touched.submissions.visible_to(person).prefetch_related("co_editors")
    shown = "submissions" if request.GET.get("show") == "submissions" else "entries"
    pages = {"entries": Paginator(touched.entries, _PAGE_SIZE), "submissions": Paginator(visible, _PAGE_SIZE)}
    tabs = [
        {"url": f"{address}?show={name}", "label": _TABS[name], "current": name == shown, "count": pages[name].count}
        for name in pages
    ]
    page = pages[shown].get_page(request.GET.get("page"))
    entries, submissions = (list(page), []) if shown == "entries" else ([], list(page))
    changes = iter(touched.changes_for(entries, submissions))
    rows = [
        Row(entry.statement, reverse("catalogue:entry-detail", args=[entry.accession]), next(changes), entry=entry)
        for entry in entries
    ]
    rows += [Row(show.sentence(one), _address(person, one), next(changes), submission=one) for one in submissions]
    context |= {
        "shown": shown,
        "tabs": tabs,
        "page_obj": page,
        "rows": rows,
        "address": address,
        "entries": pages["entries"].count,
        "submissions": pages["submissions"].count,
        "hidden": touched.submissions.count() - pages["submissions"].count,
    }
    fragment = "#summary" if request.headers.get("HX-Request") else ""
    return render(request, f"{template}{fragment}", context)


_TABS = {"entries": "Published entries", "submissions": "Open submissions"}


def _address(person: User, submission: Submission) -> str:
    if not is_party(person, submission):
        return reverse("curation:review-detail", args=[submission.pk])
    page = "edit" if submission.status in EDITABLE else "detail"
    return reverse(f"curation:submission-{page}", args=[submission.pk])
