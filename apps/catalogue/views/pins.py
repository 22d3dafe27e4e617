"""Pinned queries: the button that keeps one, and the page that says what it found."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.authentication import signed_in
from apps.core.exceptions import Refused

from .. import services
from ..filters import EntryFilter, Listing, entry_rows
from ..formats import STREAMS
from ..models import PinnedQuery

#: What chooses a page or its look, and not the entries.
_NOT_THE_QUERY = ("release", "ordering", "page_size", "cursor", "format", "csrfmiddlewaretoken")


@login_required
@require_POST
def pin_create(request: HttpRequest) -> HttpResponse:
    """Keep the query in ``query``, the parameters of a list of entries of a release."""
    asked = QueryDict(request.POST.get("query", "")[:8000])
    listing = Listing(EntryFilter, entry_rows(asked), asked)
    back = f"{reverse('catalogue:entry-list')}?{asked.urlencode()}"
    if listing.problems:
        return redirect(back)  # where each of them is told
    pairs = sorted((name, one) for name in asked if name not in _NOT_THE_QUERY for one in asked.getlist(name) if one)
    try:
        pin = services.pin_query(
            actor=signed_in(request),
            release=asked.get("release", "").strip(),
            query=urlencode(pairs),
            rows=listing.hits,
        )
    except Refused as refused:
        messages.error(request, refused.reason)
        return redirect(back)
    return redirect("catalogue:pin-detail", pin.key)


@require_safe
def pin_detail(request: HttpRequest, key: str) -> HttpResponse:
    pin = get_object_or_404(PinnedQuery.objects.select_related("release"), key=key)
    address = f"{settings.SITE_URL}{reverse('catalogue:pin-detail', args=[pin.key])}"
    count = len(pin.numbers)
    context = {
        "pin": pin,
        "count": count,
        "asked": [(EntryFilter.base_filters[name].label, values) for name, values in _asked(pin)],
        "citation": f"{settings.SITE_NAME}, release {pin.release.name}, {count:,} entr{'y' if count == 1 else 'ies'} "
        f"of a pinned query (SHA-256 {pin.sha256}). {address}",
        "downloads": [(one, f"/api/v1/download/?pin={pin.key}&format={name}") for name, one in STREAMS.items()],
        "checked": f"{settings.SITE_URL}/api/v1/download/?pin={pin.key}&ordering=accession&format=ndjson",
    }
    return render(request, "catalogue/pin_detail.html", context)


def _asked(pin: PinnedQuery) -> list[tuple[str, list[str]]]:
    asked = QueryDict(pin.query)
    return [(name, asked.getlist(name)) for name in asked if name in EntryFilter.base_filters]
