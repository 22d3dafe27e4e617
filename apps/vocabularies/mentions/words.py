"""Text as the words that are compared, each with its exact place. Pure.

Words are split where spellings differ without a difference in meaning: “TGF-β1”, “TGFβ1”, “TGF beta 1”
and “TGFbeta1” are all *tgf beta 1*. Case, accents and British spelling are folded; a “+” at the end of
a marker reads *positive*, a possessive “'s” reads as nothing.
"""

import re
import unicodedata
from functools import lru_cache

GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma",
    "τ": "tau", "υ": "upsilon", "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega",
}  # fmt: skip
GREEK_NAMES = frozenset(GREEK.values())
HYPHENS = "-\u00ad\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d"

#: Those that are written within a symbol without a hyphen, and that no other word ends in.
_INNER = "(?:alpha|beta|gamma|delta|epsilon|zeta|theta|kappa|lambda|sigma|omega)(?![a-z])"
_GREEK_LETTER = "\u00b5\u0391-\u03a9\u03b1-\u03c9\u03d1\u03d5\u03f5"
_WORD = re.compile(
    rf"(?P<skipped>['’][sS](?![^\W_]))"
    rf"|(?P<plus>(?<=[^\W_])[+⁺](?!\d))"
    rf"|{_INNER}|[A-Z]+(?={_INNER})|[{_GREEK_LETTER}]"
    rf"|[^\W\d_{_GREEK_LETTER}]+(?:[\u0300-\u036f]+[^\W\d_{_GREEK_LETTER}]*)*"
    rf"|\d+"
)
_BRITISH = {
    "tumour": "tumor", "haem": "hem", "aemi": "emi", "oesoph": "esoph", "oestr": "estr", "oedem": "edem",
    "leucocyt": "leukocyt", "paed": "ped", "gynaec": "gynec", "foet": "fet", "fibre": "fiber", "faec": "fec",
    "caec": "cec", "anaes": "anes", "signalling": "signaling",
}  # fmt: skip
_BRITISH_PART = re.compile("|".join(_BRITISH))


class Words:
    """The words of a text: ``folded`` for comparing, ``starts`` and ``ends`` in the text itself."""

    __slots__ = ("ends", "folded", "starts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.folded: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        for match in _WORD.finditer(text):
            kind = match.lastgroup
            if kind == "skipped":
                continue
            self.folded.append("positive" if kind == "plus" else fold(match[0]))
            self.starts.append(match.start())
            self.ends.append(match.end())

    def spelt(self, first: int, last: int) -> str:
        """The words as they are written, without what stands between them."""
        pairs = zip(self.starts[first : last + 1], self.ends[first : last + 1], strict=True)
        return "".join(self.text[start:end] for start, end in pairs)


@lru_cache(maxsize=1 << 16)
def fold(word: str) -> str:
    """One word in the spelling that is compared."""
    if not word.isascii():
        word = "".join(char for char in unicodedata.normalize("NFKD", word) if not unicodedata.combining(char))
    word = word.casefold()
    if len(word) < 5:
        return GREEK.get(word, word)
    return _BRITISH_PART.sub(lambda part: _BRITISH[part[0]], word)
