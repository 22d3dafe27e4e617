"""What the TeX in a BibTeX field looks like in print.

Accents, special letters and fonts, which are nearly all there is, are replaced by tables. What is
left then, formulas above all, goes through pylatexenc, which knows much more and takes much longer.
"""

import logging
import re
import unicodedata
from functools import cache

from pylatexenc.latex2text import LatexNodes2Text

from .texts import plain

SPECIAL = re.compile(r"[\\{}$~]|--|``|''")
ACCENTS = {
    **{"`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306", ".": "\u0307"},
    **{'"': "\u0308", "r": "\u030a", "H": "\u030b", "v": "\u030c", "d": "\u0323", "c": "\u0327", "k": "\u0328"},
    "b": "\u0331",
}
# The accent, then its letter: in braces or not, \i and \j without their dots or any other.
ACCENTED = re.compile(
    r"\\(?:([`'^~=.\"])\s*|([uHrvdckb])(?:\s+|(?=[{\\])))"
    r"(?:\{\s*(?:\\([ij])|([^\W\d_]))\s*\}|\\([ij])(?![a-zA-Z])\s?|([^\W\d_]))"
)
SMALL = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi"
CAPITAL = "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega omega"
LETTERS = {
    **dict(zip(SMALL.split(), "αβγδεζηθικλμνξπρστυφχψ", strict=True)),
    **dict(zip(CAPITAL.split(), "ΓΔΘΛΞΠΣΥΦΨΩω", strict=True)),
    **{"ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å"},
    **{"AA": "Å", "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ", "dj": "đ", "DJ": "Đ", "ng": "ŋ"},
    **{"textendash": "–", "textemdash": "—", "textquoteright": "’", "textquoteleft": "‘", "textquotesingle": "'"},
    **{"textquotedblleft": "“", "textquotedblright": "”", "textless": "<", "textgreater": ">", "slash": "/"},
    **{"texttrademark": "™", "textregistered": "®", "textcopyright": "©", "textdegree": "°", "textmu": "µ"},
    **{"TeX": "TeX", "LaTeX": "LaTeX", "BibTeX": "BibTeX"},
}
LETTER = re.compile(rf"\\({'|'.join(LETTERS)})(?:\{{\}}|\s+|(?![a-zA-Z]))")
FONT = re.compile(
    r"\\(?:text(?:it|bf|rm|sc|sf|tt|sl|up|md|normal|superscript|subscript)?|emph|enquote|mbox|hbox|url|path"
    r"|math(?:rm|bf|it|sf|tt|bb|cal|frak)|operatorname|ensuremath)\*?\s*(?=\{)"
    r"|\\(?:it|bf|rm|sc|sf|tt|sl|em|itshape|bfseries|upshape|relax|protect|small|left|right)(?![a-zA-Z])\s*"
    r"|\\href\s*\{[^{}]*\}"
)
ESCAPED_TWICE = re.compile(r"\\\\(?=['\"`^~=.]\{?\\?[a-zA-Z])")
NEW_LINE = re.compile(r"\\\\")
FORMULA = re.compile(r"(?<!\\)\$(?:\\.|[^$\\])*\$", re.DOTALL)
RAISED = re.compile(r"(?<!\\)[\^_]")
SIMPLE = re.compile(r"\\([&%#_${}])|\\[, ]|\\[-/]|[{}]")
LIGATURES = (("---", "—"), ("--", "–"), ("``", "“"), ("''", "”"), ("~", " "))
UNESCAPED = re.compile(r"(?<!\\)([%&#])")
COMMAND = re.compile(r"\\(?:[a-zA-Z]+\*?|.)|[{}$]", re.DOTALL)
LONGEST = 20_000  # beyond that, no formula is worth the time it takes


def printed(value: str) -> str:
    """The text of a field, plain; raised and lowered letters stand in the line, as PubMed has them."""
    if not SPECIAL.search(value):
        return plain(value)
    if "$" in value:
        value = FORMULA.sub(lambda formula: RAISED.sub("", formula[0]), value)
    if "\\" in value:
        value = NEW_LINE.sub(" ", ESCAPED_TWICE.sub(r"\\", value))
        value = LETTER.sub(lambda found: LETTERS[found[1]], ACCENTED.sub(_accented, FONT.sub("", value)))
    if "$" in value:
        value = FORMULA.sub(lambda formula: formula[0] if "\\" in formula[0] else formula[0][1:-1], value)
    rest = SIMPLE.sub("", value)
    if "\\" in rest or "$" in rest:
        return plain(_by_library(value))
    value = SIMPLE.sub(lambda found: found[1] or (" " if found[0] in {"\\,", "\\ "} else ""), value)
    for tex, text in LIGATURES:
        value = value.replace(tex, text)
    return plain(value)


def verbatim(value: str) -> str:
    """The text of an address or a DOI, in which nothing is TeX but what had to be escaped."""
    return plain(SIMPLE.sub(lambda found: found[1] or "", FONT.sub("", value)))


def _accented(found: re.Match[str]) -> str:
    accent = ACCENTS[found[1] or found[2]]
    return unicodedata.normalize("NFC", (found[3] or found[4] or found[5] or found[6]) + accent)


def _by_library(value: str) -> str:
    value = UNESCAPED.sub(r"\\\1", value)  # nobody means a remark or a table
    if len(re.findall(r"(?<!\\)\$", value)) % 2:
        value = re.sub(r"(?<!\\)\$", r"\\$", value)  # dollars
    try:
        return str(_library().latex_to_text(value)) if len(value) <= LONGEST else COMMAND.sub("", value)
    except Exception:  # it raises whatever its tables did not foresee
        return COMMAND.sub("", value)


@cache
def _library() -> LatexNodes2Text:
    logging.getLogger("pylatexenc").setLevel(logging.CRITICAL)  # what is wrong with a file is no matter of the log
    return LatexNodes2Text(math_mode="text", keep_comments=True)
