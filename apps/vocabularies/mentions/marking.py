"""A text in pieces, so that a page can mark what is named in it (``components/marked_text.html``). Pure."""

from collections.abc import Iterable

from .dictionary import KINDS, Mention, kind_in_words

Segment = tuple[str, Mention | None]


def segments(text: str, mentions: Iterable[Mention], start: int = 0, end: int | None = None) -> list[Segment]:
    """The text from ``start`` to ``end`` in pieces, each with the mention that it is; put together, they are it.

    A mention that reaches beyond the part stays plain text.
    """
    end = len(text) if end is None else end
    pieces: list[Segment] = []
    place = start
    for mention in mentions:
        if place <= mention.start and mention.end <= end:
            pieces += [(text[place : mention.start], None), (mention.text, mention)]
            place = mention.end
    pieces.append((text[place:end], None))
    return [piece for piece in pieces if piece[0]]


def kinds_among(mentions: Iterable[Mention]) -> list[tuple[str, str]]:
    """The kinds that occur, each with its word, in their order: what a legend explains."""
    kinds = {mention.kind for mention in mentions}
    return [(kind, kind_in_words(kind)) for kind in KINDS if kind in kinds]
