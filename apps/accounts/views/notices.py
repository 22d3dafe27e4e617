"""The pages of one's notices: what one was told, how one wants to be told, and the link that ends it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts import services
from apps.accounts.authentication import signed_in
from apps.accounts.forms.notices import ChoicesForm, NoticeFilterForm
from apps.accounts.models import Notice, Subscription

from .requests import posted

PAGE_SIZE = 25


@login_required
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """What this person was told, the newest first."""
    mine = Notice.objects.of(signed_in(request))
    form = NoticeFilterForm(request.GET, person=signed_in(request))
    wanted = form.cleaned_data if form.is_valid() else {}
    rows = mine.of_kind(wanted.get("kind", ""))
    if wanted.get("unread"):
        rows = rows.unread()
    context = {
        "form": form,
        "is_filtered": any(wanted.values()),
        "page_obj": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "unread": mine.unread().count(),
    }
    return render(request, "accounts/notices.html", context)


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


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def notice_choices(request: HttpRequest) -> HttpResponse:
    """How each kind is mailed, and what this person follows."""
    person = signed_in(request)
    form = ChoicesForm(posted(request), kinds=services.kinds_for(person), chosen=services.choices_of(person))
    if request.method == "POST" and form.is_valid():
        services.choose_deliveries(person=person, choices=form.choices())
        messages.success(request, "Your choice is saved. It holds for what is waiting to be mailed, too.")
        return redirect("accounts:notice-choices")
    page = Paginator(Subscription.objects.of(person), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"form": form, "page_obj": page}
    return render(request, "accounts/notice_choices.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def subscription_mute(request: HttpRequest, pk: int) -> HttpResponse:
    """Mute one of one's subscriptions, or hear of it again."""
    person = signed_in(request)
    subscription = get_object_or_404(Subscription.objects.of(person), pk=pk)
    muted = request.POST.get("muted") != "no"
    services.mute(person=person, subscription=subscription, muted=muted)
    messages.success(
        request,
        f"You are told no more of “{subscription.label}”." if muted else f"You follow “{subscription.label}” again.",
    )
    return redirect("accounts:notice-choices")


@csrf_exempt  # the signed address is the proof, and a mail program has no cookie (RFC 8058)
@require_http_methods(["GET", "HEAD", "POST"])
def notice_stop(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, POST ends it; nobody has to sign in. A link that only looks must not change anything."""
    what = services.read_stop(token)
    if what is None:
        raise Http404
    done = request.method == "POST"
    if done:
        services.stop(what=what)
    return render(request, "accounts/notice_stop.html", {"what": what, "done": done})
