"""What the public pages of entries and targets show of discussions: a link, and how many threads are open."""

from typing import Any

from django import template
from django.urls import reverse

from ..models import Thread

register = template.Library()


@register.inclusion_tag("curation/_discussed.html")
def discussion_of_entry(accession: str) -> dict[str, Any]:
    return _discussed("entry", accession, Thread.objects.of_entry(accession).unresolved().count())


@register.inclusion_tag("curation/_discussed.html")
def discussion_of_target(curie: str) -> dict[str, Any]:
    return _discussed("target", curie, Thread.objects.of_target(curie).unresolved().count())


def _discussed(kind: str, key: str, count: int) -> dict[str, Any]:
    return {"kind": kind, "count": count, "address": reverse(f"curation:{kind}-discussion", args=[key])}
