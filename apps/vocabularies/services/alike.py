"""What exists already and may be meant by somebody who misses a term."""

from collections.abc import Iterable, Iterator

from ..models import Term, VocabularyWord
from ..querysets import plain_words

SHOWN = 6
#: A longer name is looked for with any one of its first words left out.
_LEFT_OUT = 6


def terms_alike(vocabulary: str, names: Iterable[str]) -> list[Term]:
    """The terms of the vocabulary that one of these names finds, the nearest first.

    Looked for as it is, with mistyped words put right, and with any one of its words left out.
    """
    terms = Term.objects.choosable().in_vocabulary(vocabulary).for_picker()
    found: dict[int, Term] = {}
    for text in _ways(names):
        for term in terms.search(text)[:SHOWN]:
            found.setdefault(term.pk, term)
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
