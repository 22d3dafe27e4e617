"""The page of one's notices."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from apps.accounts import services
from apps.accounts.authentication import signed_in
from apps.accounts.models import Notice

PAGE_SIZE = 25


@login_required
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """What this person was told, the newest first."""
    mine = Notice.objects.of(signed_in(request))
    page = Paginator(mine, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "accounts/notices.html", {"page_obj": page, "unread": mine.unread().count()})


@login_required
@require_POST
def notices_read(request: HttpRequest) -> HttpResponse:
    """Mark the one named by ``notice`` as read; without it, all of them."""
    number = request.POST.get("notice")
    if number is None:
        services.mark_read(person=signed_in(request))
        messages.success(request, "All your notices are marked as read.")
    elif number.isascii() and number.isdigit() and len(number) < 19:
        services.mark_read(person=signed_in(request), notices=[int(number)])
    return redirect("accounts:notice-list")
