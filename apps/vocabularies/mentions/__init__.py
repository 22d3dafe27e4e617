"""Finding the vocabularies' targets and terms in text, with exact places.

``find_mentions(text)`` for one text; for many, ``load_dictionary()`` once and ``find`` on what it gives.
"""

from .dictionary import Dictionary, Mention
from .loading import find_mentions, load_dictionary
from .marking import Segment, kinds_among, segments

__all__ = ["Dictionary", "Mention", "Segment", "find_mentions", "kinds_among", "load_dictionary", "segments"]
