"""The buttons with which people follow entries, targets and searches."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from apps.accounts.authentication import signed_in
from apps.accounts.models import Subscription
from apps.core.exceptions import Refused

from .. import services

Subject = Subscription.Subject


@login_required
@require_POST
def follow(request: HttpRequest) -> HttpResponse:
    """Follow what ``subject`` and ``key`` name, or end it where ``end`` is sent; then back to its page."""
    person, key = signed_in(request), request.POST.get("key", "").replace("\x00", "")[:2000]
    subject = request.POST.get("subject", "")
    if subject not in (Subject.ENTRY, Subject.TARGET, Subject.SEARCH):
        raise Http404
    kind = Subject(subject)
    try:
        if "end" in request.POST:
            services.unfollow(actor=person, subject=kind, key=key)
            messages.success(request, "You follow it no longer.")
        else:
            url = services.follow(actor=person, subject=kind, key=key).url
            messages.success(request, "You follow it, and are told what becomes of it.")
            return redirect(url)
    except Refused as refused:
        if refused.code == "missing":
            raise Http404 from None
        messages.error(request, refused.reason)
    if kind is Subject.SEARCH:
        return redirect(f"{reverse('catalogue:entry-list')}?{key}")
    mine = Subscription.objects.of(person).filter(subject=kind, key=key).first()
    return redirect(mine.url if mine else reverse("accounts:notice-choices"))
