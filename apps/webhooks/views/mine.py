"""One's own webhooks: the list, and each with its log and what can be done with it."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from apps.accounts.authentication import signed_in
from apps.accounts.forms.details import add_refusal
from apps.core.exceptions import Refused

from .. import services
from ..forms import WebhookForm
from ..models import Webhook
from ..services.delivering import MOST_ATTEMPTS

SHOWN = 25


@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """The webhooks, and the form for one more."""
    person = signed_in(request)
    form = WebhookForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.add_webhook(owner=person, **form.cleaned_data)
        except Refused as refusal:
            add_refusal(form, refusal.reason, refusal.field)
        else:
            messages.success(request, f"“{made.name}” is told of what changes from now on.")
            return redirect("webhooks:detail", made.pk)
    webhooks = list(Webhook.objects.of(person))
    context = {
        "form": form,
        "webhooks": webhooks,
        "full": len(webhooks) >= services.WEBHOOKS_PER_PERSON,
        "most": services.WEBHOOKS_PER_PERSON,
    }
    return render(request, "webhooks/list.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
def detail(request: HttpRequest, number: int) -> HttpResponse:
    """One webhook: its state, secret and last deliveries; posting changes its name and address."""
    webhook = _mine(request, number)
    began = {"name": webhook.name, "url": webhook.url, "with_targets": webhook.with_targets}
    form = WebhookForm(request.POST if request.method == "POST" else None, initial=began)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_webhook(actor=signed_in(request), webhook=webhook, **form.cleaned_data)
        except Refused as refusal:
            add_refusal(form, refusal.reason, refusal.field)
        else:
            messages.success(request, "Your changes are saved.")
            return redirect("webhooks:detail", number)
    context = {
        "form": form,
        "webhook": webhook,
        "deliveries": webhook.deliveries.all()[:SHOWN],
        "shown": SHOWN,
        "most_attempts": MOST_ATTEMPTS,
    }
    return render(request, "webhooks/detail.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def switch(request: HttpRequest, number: int) -> HttpResponse:
    on = request.POST.get("to") == "on"
    return _done(request, number, f"The webhook is switched {'on' if on else 'off'}.", services.switch, on=on)


@login_required
@require_POST
def secret(request: HttpRequest, number: int) -> HttpResponse:
    return _done(request, number, "There is a new secret: the next attempt is signed with it.", services.renew_secret)


@login_required
@require_POST
def try_out(request: HttpRequest, number: int) -> HttpResponse:
    said = "A message without changes is on its way: look again in a minute."
    return _done(request, number, said, services.test_webhook)


@login_required
@require_POST
def remove(request: HttpRequest, number: int) -> HttpResponse:
    webhook = _mine(request, number)
    services.remove_webhook(actor=signed_in(request), webhook=webhook)
    messages.success(request, f"“{webhook.name}” is removed: nothing more is sent there.")
    return redirect("webhooks:list")


def _mine(request: HttpRequest, number: int) -> Webhook:
    """Another person's webhook is not there."""
    return get_object_or_404(Webhook.objects.of(signed_in(request)), pk=number)


def _done(request: HttpRequest, number: int, said: str, verb: Callable[..., object], **values: object) -> HttpResponse:
    try:
        verb(actor=signed_in(request), webhook=_mine(request, number), **values)
    except Refused as refusal:
        messages.error(request, refusal.reason)
    else:
        messages.success(request, said)
    return redirect("webhooks:detail", number)
