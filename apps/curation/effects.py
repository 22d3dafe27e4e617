"""Reading an effect as papers print it, in one line: measure, value, interval, p value and sample size. Pure.

``effect`` takes the parts out of the line one by one and guesses nothing: what is left over in the end
must be brackets and commas. ``objection`` tells in words why some lines are no effect.
"""

import re
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from .reading import MINUS, NUMBER, number, p_value, whole_number


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What one pasted line says of an effect; parts that it does not name are empty."""

    measure: str = ""
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    p_value: str = ""
    sample_size: int | None = None


_FLAGS = re.IGNORECASE | re.VERBOSE | re.ASCII
_MEASURES = {
    "HR": r"[acsmp]?HR|hazard\s+ratio",
    "OR": r"[acmp]?OR|odds\s+ratio",
    "RR": r"[acmp]?RR|relative\s+risk|risk\s+ratio|rate\s+ratio",
    "log2": r"log\s?2\s*\(?\s*(?:FC|fold[\s-]change)\s*\)?|log2FC|LFC",
    "fold_change": r"FC|fold[\s-]change",
}
_ADJUSTED = r"(?:(?:un)?adjusted|multivari(?:able|ate)|univari(?:able|ate)|pooled|stratified)\s+"
_MEASURE = re.compile(
    rf"\b(?:{_ADJUSTED})?(?:{'|'.join(f'(?P<{name}>{words})' for name, words in _MEASURES.items())})"
    r"(?:\s*\(\s*[acsmp]?(?:HR|OR|RR|FC)\s*\))?(?![A-Za-z])\s*(?:of|was|is|[=:,])?",
    _FLAGS,
)
_P = re.compile(
    rf"""\bp\s*(?:-?\s*values?)?\s*(?:for\s+\w+\s*)?(?:
      [:=]?\s*(?P<sign>[<>=≤≥])?\s*(?P<number>{NUMBER}(?:\s*[x×*]\s*10\s*\^?\s*-?\d{{1,3}})?)
      | [:=]?\s*(?P<ns>n\.?\s?s\.?|not\s+significant)(?![A-Za-z]))""",
    _FLAGS,
)
_N = re.compile(r"\bn\s*=\s*(\d{1,3}(?:[,\ ]\d{3})+|\d+)", _FLAGS)
_INTERVAL = re.compile(
    rf"""(?:(?P<share>\d\d(?:\.\d)?)\s*%?\s*-?\s*)?(?P<name>\b(?:CI|CrI|confidence\s+intervals?|credible\s+interval)(?![a-z]))?
    \s*(?:\d\d\s*%)?\s*[:,=]?\s*(?:from\s+|between\s+)?(?P<open>[\(\[]\s*)?
    (?P<low>{NUMBER})\s*%?\s*(?:\bto\b|\band\b|\.\.\.?|…|[-,;])\s*(?P<high>{NUMBER})\s*%?(?!\s*[\d%])""",
    _FLAGS,
)
_VALUE = re.compile(rf"(?P<value>{NUMBER})\s*(?:(?P<percent>%|per\s*cent\b)|-?\s*(?P<fold>fold|x)\b)?", _FLAGS)
_UP = re.compile(r"\b(?:increased?|higher|more|greater|rise|rose|gain|upregulat(?:ed|ion))\b(?:\s*(?:by|of))?", _FLAGS)
_DOWN = re.compile(
    r"\b(?:decreased?|decline|reduced|reduction|lower|fewer|less|fall|fell|downregulat(?:ed|ion)|inhibition)\b"
    r"(?:\s*(?:by|of))?",
    _FLAGS,
)
_REST = re.compile(r"[\s()\[\],;:.=]*")
_AGAINST = re.compile(
    rf"{NUMBER}.*?\b(?:vs?\.?|versus|against|compared\s+(?:with|to))\s.*?{NUMBER}", _FLAGS | re.DOTALL
)
_LARGEST_EXPONENT = 40


def effect(text: str) -> Effect | None:
    """“HR 0.58 (95% CI 0.41–0.82), p=0.002” and its kin in one go; None where it is not one effect."""
    rest = _plain(text)
    if objection(text):
        return None
    found = Effect()
    if match := _P.search(rest):
        read = p_value(f"{match['sign'] or ''}{match['number']}") if match["number"] else "ns"
        if read is None:
            return None
        found, rest = replace(found, p_value=read), _without(rest, match)
    if match := _N.search(rest):
        found, rest = replace(found, sample_size=whole_number(match[1]) or None), _without(rest, match)
        if found.sample_size is None:
            return None
    if match := _MEASURE.search(rest):
        found, rest = replace(found, measure=str(match.lastgroup)), _without(rest, match)
    return _valued(found, rest)


def objection(text: str) -> str:
    """Why a line that looks like a result is not one effect, in words that help; empty where it may be one."""
    plain = _plain(text)
    if _AGAINST.search(plain):
        return (
            "These are two values side by side, not one effect. Give their ratio (HR, OR, RR or fold change) or the "
            "difference in per cent, and tell both values in your assessment."
        )
    interval = _INTERVAL.search(plain)
    if interval and interval["name"] and interval["share"] and number(interval["share"]) != 95:
        return f"The interval is a {interval['share']}% one, and the fields hold 95% intervals. Give the effect alone."
    return ""


def _plain(text: str) -> str:
    text = re.sub(r"[\u00a0\u2009\u202f]", " ", text.translate(MINUS)).strip()
    return re.sub(r"(?<=\d)·(?=\d)", ".", text).replace("log₂", "log2")


def _without(text: str, match: re.Match[str]) -> str:
    return f"{text[: match.start()]} ; {text[match.end() :]}"


def _valued(found: Effect, rest: str) -> Effect | None:
    """Value, interval and direction, once measure, p value and sample size are taken out."""
    first = _VALUE.search(rest)
    if first is None:
        return None
    after = rest[first.end() :]
    interval = _INTERVAL.search(after)
    words = rest[: first.start()] + (_without(after, interval) if interval else after)
    unit = "percent" if first["percent"] else "fold_change" if first["fold"] else ""
    found = replace(
        found,
        measure=found.measure or unit,
        value=number(first["value"]),
        low=number(interval["low"]) if interval else None,
        high=number(interval["high"]) if interval else None,
    )
    half_read = found.value is None or (interval is not None and None in {found.low, found.high})
    if half_read or (unit and unit != found.measure):
        return None
    return _directed(found, words)


def _directed(found: Effect, words: str) -> Effect | None:
    """With the sign that “reduction” and its like give to a percentage; nothing else may be left of the line."""
    up, down = _UP.search(words), _DOWN.search(words)
    for match in filter(None, (up, down)):
        words = words.replace(match[0], " ", 1)
    if not _REST.fullmatch(words) or (up and down):
        return None
    if found.measure == "log2":
        return None if up or down else _unlogged(found)
    if up and found.measure not in {"percent", "fold_change"}:
        return None
    if not down:
        return found
    # “Reduced by 60%” is −60; “2-fold lower” may be meant as a half or as printed.
    assert found.value is not None
    is_plain = found.measure == "percent" and found.low is None and found.value >= 0
    return replace(found, value=-found.value) if is_plain else None


def _unlogged(found: Effect) -> Effect | None:
    """A fold change given as its logarithm to base two, as a ratio with four digits."""
    numbers = [part for part in (found.value, found.low, found.high) if part is not None]
    if any(abs(part) > _LARGEST_EXPONENT for part in numbers):
        return None
    value, low, high = (None if part is None else _power(part) for part in (found.value, found.low, found.high))
    return replace(found, measure="fold_change", value=value, low=low, high=high)


def _power(exponent: Decimal) -> Decimal:
    ratio = Decimal(2) ** exponent
    places = max(0, 3 - ratio.adjusted())
    return ratio.quantize(Decimal(1).scaleb(-min(places, 6)), rounding=ROUND_HALF_UP)
