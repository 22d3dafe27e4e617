"""What exists already and may be meant by somebody who misses a term or a target."""

from collections.abc import Iterable, Iterator

from ..models import Target, Term, VocabularyWord
from ..querysets import TargetQuerySet, TermQuerySet, plain_words

SHOWN = 6
#: A longer name is looked for with any one of its first words left out.
_LEFT_OUT = 6


def terms_alike(vocabulary: str, names: Iterable[str]) -> list[Term]:
    """The terms of the vocabulary that one of these names finds, the nearest first.

    Looked for as it is, with mistyped words put right, and with any one of its words left out.
    """
    return _alike(Term.objects.choosable().in_vocabulary(vocabulary).for_picker(), names)


def targets_alike(names: Iterable[str]) -> list[Target]:
    """The same of targets."""
    return _alike(Target.objects.choosable(), names)


def _alike(rows: TermQuerySet | TargetQuerySet, names: Iterable[str]) -> list:
    found: dict[int, Term | Target] = {}
    for text in _ways(names):
        for row in rows.search(text)[:SHOWN]:
            found.setdefault(row.pk, row)
        if len(found) >= SHOWN:
            break
    return list(found.values())[:SHOWN]


def _ways(names: Iterable[str]) -> Iterator[str]:
    names = [name for name in names if plain_words(name)]
    yield from names
    for name in names:
        mended = VocabularyWord.objects.mended(name)
        words = plain_words(mended)
        yield mended
        if len(words) > 1:
            yield from (" ".join(words[:at] + words[at + 1 :]) for at in range(min(len(words), _LEFT_OUT)))
