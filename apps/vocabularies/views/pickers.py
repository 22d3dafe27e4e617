"""The two look-ups behind the pickers of forms."""

from collections.abc import Iterable
from dataclasses import astuple
from functools import lru_cache
from textwrap import shorten
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from apps.core.compiled import Compiled, compiled

from ..choices import TermStatus, Vocabulary
from ..models import Target, Term, VocabularyWord
from ..permissions import may_search
from ..querysets import Sought, TargetQuerySet, TermQuerySet, plain_words

RESULTS_SHOWN = 20
SYNONYMS_SHOWN = 2
DEFINITION_SHOWN = 160
Rows = TermQuerySet | TargetQuerySet
Kind = type[Term] | type[Target]


@require_safe
@login_required
def term_search(request: HttpRequest) -> JsonResponse:
    """``?vocabulary=cell_type&q=mac`` → the best terms for a draft, with what tells them apart and their use here."""
    _require_searcher(request)
    vocabularies = request.GET.getlist("vocabulary")
    unknown = [name for name in vocabularies if name not in Vocabulary.values]
    if unknown:
        return JsonResponse({"detail": f"There is no vocabulary “{unknown[0]}”."}, status=400)
    text, found = _found(Term, _text(request), tuple(sorted(set(vocabularies))))
    return _answer(
        text,
        (
            {
                "value": term.curie,
                "text": term.label,
                "detail": _detail(term.curie, _matched(text, term.synonyms), term.parent_labels),
                "definition": _short(term.definition),
                "usage": term.usage,
                "pending": term.status == TermStatus.PENDING,
            }
            for term in found
        ),
    )


@require_safe
@login_required
def target_search(request: HttpRequest) -> JsonResponse:
    """``?q=pd`` → the best targets for a draft, found by id, symbol, name, synonym or former symbol."""
    _require_searcher(request)
    text, found = _found(Target, _text(request))
    return _answer(
        text,
        (
            {
                "value": target.curie,
                "text": target.symbol,
                "detail": _detail(
                    f"{target.name} · {target.curie}", _matched(text, target.synonyms + target.former_symbols)
                ),
                "definition": "",
                "usage": target.usage,
                "pending": target.status == TermStatus.PENDING,
            }
            for target in found
        ),
    )


def _require_searcher(request: HttpRequest) -> None:
    verdict = may_search(request.user)
    if not verdict:
        raise PermissionDenied(verdict.reason)


def _text(request: HttpRequest) -> str:
    return request.GET.get("q", "").replace("\x00", "")[:100]


def _found(kind: Kind, text: str, vocabularies: tuple[str, ...] = ()) -> tuple[str, list[Any]]:
    """The best rows, and the text that found them: the typed one, else what was probably meant by it."""
    found = _best(kind, text, vocabularies)
    if found or not text.strip():
        return text, found
    meant = VocabularyWord.objects.mended(text)
    return meant, _best(kind, meant, vocabularies) if meant != text else []


def _best(kind: Kind, text: str, vocabularies: tuple[str, ...]) -> list[Any]:
    sought = Sought.of(text)
    if not sought.name:
        return list(_told(_choosable(kind, vocabularies).search("")))
    search = _search_of(kind, vocabularies)
    return list(kind.objects.raw(search.sql, search.filled(sought.slots())))


def _choosable(kind: Kind, vocabularies: tuple[str, ...]) -> Rows:
    rows: Rows = kind.objects.choosable()
    return rows.filter(vocabulary__in=vocabularies) if vocabularies else rows


def _told(rows: Rows) -> Rows:
    """The best of them, with what tells one from its namesake, and without what is only searched."""
    rows = rows.defer("names", "search")
    return (rows.with_parent_labels() if isinstance(rows, TermQuerySet) else rows)[:RESULTS_SHOWN]


@lru_cache
def _search_of(kind: Kind, vocabularies: tuple[str, ...]) -> Compiled:
    """The search, compiled once: people type letter by letter, and compiling takes longer than finding."""
    marks = Sought.marks()
    search = compiled(_told(_choosable(kind, vocabularies).seeking(marks)), astuple(marks))
    assert search is not None  # every mark is a text
    return search


def _answer(text: str, results: Iterable[dict[str, Any]]) -> JsonResponse:
    return JsonResponse({"results": list(results), "searched": text})


def _short(definition: str) -> str:
    return shorten(definition, DEFINITION_SHOWN, placeholder=" …")


def _matched(text: str, synonyms: Iterable[str]) -> list[str]:
    """Those synonyms in which a typed word begins a word: why the row was found."""
    words = plain_words(text)
    return [name for name in synonyms if any(own.startswith(word) for own in plain_words(name) for word in words)]


def _detail(identity: str, synonyms: list[str], parents: Iterable[str] = ()) -> str:
    above = ", ".join(parents)
    parts = [identity, ", ".join(synonyms[:SYNONYMS_SHOWN]), f"in {above}" if above else ""]
    return " · ".join(part for part in parts if part)
