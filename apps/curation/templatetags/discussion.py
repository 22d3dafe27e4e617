"""What the public pages show of discussions and of following: links, buttons, and how many threads are open."""

from typing import Any

from django import template
from django.urls import reverse

from apps.accounts.models import Subscription
from apps.core.exceptions import Refused

from .. import services
from ..models import Thread

register = template.Library()
Subject = Subscription.Subject


@register.inclusion_tag("curation/_discussed.html", takes_context=True)
def discussion_of_entry(context: template.Context, accession: str) -> dict[str, Any]:
    return _discussed(context, Subject.ENTRY, accession, Thread.objects.of_entry(accession).unresolved().count())


@register.inclusion_tag("curation/_discussed.html", takes_context=True)
def discussion_of_target(context: template.Context, curie: str) -> dict[str, Any]:
    return _discussed(context, Subject.TARGET, curie, Thread.objects.of_target(curie).unresolved().count())


@register.inclusion_tag("curation/_follow.html", takes_context=True)
def follow_search(context: template.Context, query: str) -> dict[str, Any]:
    """A button to follow the search that an address asks for; nothing where it cannot be followed."""
    try:
        spelled = services.spelling_of(query)
    except Refused:
        return {}
    return _followed(context, Subject.SEARCH, spelled)


def _discussed(context: template.Context, subject: Subject, key: str, count: int) -> dict[str, Any]:
    address = reverse(f"curation:{subject.value}-discussion", args=[key])
    return {"count": count, "address": address, **_followed(context, subject, key)}


def _followed(context: template.Context, subject: Subject, key: str) -> dict[str, Any]:
    user = context.get("user")
    if user is None or not user.is_authenticated:
        return {}
    mine = Subscription.objects.filter(person=user, subject=subject, key=key, muted=False)
    return {
        "subject": subject.value,
        "key": key,
        "follows": mine.exists(),
        "csrf_token": context.get("csrf_token"),
    }
