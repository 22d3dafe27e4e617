"""The dictionary of the vocabularies as they are stored, kept by each process until they change."""

from collections.abc import Iterator
from threading import Lock
from uuid import UUID

from ..models import Target, Term, VocabularyRevision
from .dictionary import Dictionary, Mention
from .names import TARGET, Named, Rank

_lock = Lock()
_held: tuple[UUID | None, Dictionary] | None = None


def find_mentions(text: str) -> list[Mention]:
    """The usable targets and terms named in the text, from left to right, never two at one place."""
    return load_dictionary().find(text)


def load_dictionary() -> Dictionary:
    """The dictionary of all usable targets and terms as they are now. Costs one small query while nothing changes."""
    global _held  # noqa: PLW0603 (one dictionary in each process is the point)
    # Read before the rows: a change in between is met by the next call.
    revision = VocabularyRevision.objects.values_list("value", flat=True).first()
    held = _held
    if held and held[0] == revision:
        return held[1]
    with _lock:
        held = _held
        if held is None or held[0] != revision:
            _held = held = (revision, Dictionary(_everything()))
    return held[1]


def _everything() -> Iterator[Named]:
    columns = ("curie", "symbol", "name", "synonyms", "former_symbols")
    for curie, symbol, name, synonyms, former in Target.objects.usable().order_by("pk").values_list(*columns):
        names = [(symbol, Rank.LABEL), (name, Rank.SYNONYM)]
        names += [(each, Rank.ALIAS) for each in synonyms] + [(each, Rank.FORMER) for each in former]
        yield Named(TARGET, curie, symbol, tuple(names))
    terms = Term.objects.usable().order_by("pk").values_list("vocabulary", "curie", "label", "synonyms")
    for vocabulary, curie, label, synonyms in terms:
        yield Named(vocabulary, curie, label, ((label, Rank.LABEL), *((each, Rank.SYNONYM) for each in synonyms)))
