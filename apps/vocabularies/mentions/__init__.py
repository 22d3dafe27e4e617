"""Finding the vocabularies' targets and terms in text, with exact places.

``find_mentions(text)`` for one text; for many, ``load_dictionary()`` once and ``find`` on what it gives.
"""

from .dictionary import Dictionary, Mention
from .loading import find_mentions, load_dictionary

__all__ = ["Dictionary", "Mention", "find_mentions", "load_dictionary"]
