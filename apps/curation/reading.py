"""Reading what people type: numbers, effects with intervals, p values, ids and lists. Pure.

Every reader gives ``None`` (or the rest that it could not read) instead of guessing.
"""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

_MINUS = str.maketrans({"−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "‒": "-"})
_NUMBER = r"[-+]?(?:\d+(?:[.,·]\d+)?|[.,·]\d+)(?:[eE][-+]?\d{1,3})?"
_THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2}(?:([ ,\u00a0\u2009\u202f])\d{3})(?:\1\d{3})*(?:\.\d+)?", re.ASCII)
_AMBIGUOUS = re.compile(r"[-+]?[1-9]\d{0,2},\d{3}", re.ASCII)
_MEASURES = {"hr": "HR", "or": "OR", "rr": "RR", "fc": "fold_change", "%": "percent"}


def number(text: str) -> Decimal | None:
    """“0.58”, “0,58”, “1 200”, “1,200.5”, “−3”; None for anything else, also for “1,200”, which may mean two things."""
    text = text.strip().translate(_MINUS)
    if _AMBIGUOUS.fullmatch(text):
        return None
    if _THOUSANDS.fullmatch(text):
        text = re.sub(r"[ ,\u00a0\u2009\u202f]", "", text)
    elif not re.fullmatch(_NUMBER, text, re.ASCII):
        return None
    try:
        value = Decimal(text.replace(",", ".").replace("·", "."))
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def whole_number(text: str) -> int | None:
    """“24”, “1,200”, “n = 24”; None for anything else or below zero."""
    text = re.sub(r"^\s*n\s*[=:]?\s*", "", text, flags=re.IGNORECASE).strip()
    value = number(text.replace(",", "") if _AMBIGUOUS.fullmatch(text) else text)
    if value is None or value != value.to_integral_value() or not 0 <= value < 2**31:
        return None
    return int(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What one pasted line says of an effect; parts that it does not name are empty."""

    measure: str = ""
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    p_value: str = ""


_EFFECT = re.compile(
    rf"""\s*(?:(?P<measure>HR|OR|RR|FC|hazard\ ratio|odds\ ratio|relative\ risk|risk\ ratio|fold\ change)\b
    \s*(?:of|[=:,])?\s*)?
    (?P<value>{_NUMBER})\s*(?P<percent>%)?\s*
    (?:[;,]?\s*[\(\[]?\s*(?:95\s*%\s*)?(?:CI|confidence\ interval)?\s*[:,=]?\s*
       (?P<low>{_NUMBER})\s*%?\s*(?:-|to|,|;|\ )\s*(?P<high>{_NUMBER})\s*%?\s*[\)\]]?)?
    \s*(?:[;,]?\s*\(?\s*(?P<p>p\s*(?:value)?\s*[<>=≤≥]\s*{_NUMBER})\s*\)?\s*[\)\]]?)?\s*\.?\s*""",
    re.IGNORECASE | re.VERBOSE | re.ASCII,
)
_LONG_NAMES = {
    "hazard ratio": "HR",
    "odds ratio": "OR",
    "relative risk": "RR",
    "risk ratio": "RR",
    "fold change": "fold_change",
}


def effect(text: str) -> Effect | None:
    """“HR 0.58 (95% CI 0.41–0.82), p=0.002” and its kin in one go; None where it is not one effect."""
    found = _EFFECT.fullmatch(text.translate(_MINUS))
    if found is None:
        return None
    value = number(found["value"])
    low, high = (number(found[name] or "") for name in ("low", "high"))
    if value is None:
        return None
    name = (found["measure"] or "").lower()
    measure = _MEASURES.get(name) or _LONG_NAMES.get(name) or ("percent" if found["percent"] else "")
    return Effect(measure=measure, value=value, low=low, high=high, p_value=p_value(found["p"] or "") or "")


_P = re.compile(rf"(?:p\s*(?:-?\s*value)?\s*)?(?P<sign>[<>=≤≥]?)\s*(?P<number>{_NUMBER})", re.IGNORECASE | re.ASCII)
_POWER = re.compile(r"\s*[x×*·]\s*10\s*\^?\s*(-?\d{1,3})\s*$")
_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


def p_value(text: str) -> str | None:
    """A p value in one spelling (“0.03”, “<0.001”, “ns”), or None where it is none or not between 0 and 1."""
    text = text.strip().translate(_SUPERSCRIPT).translate(_MINUS)
    if re.fullmatch(r"(p\s*=?\s*)?(n\.?\s?s\.?|not significant)", text, re.IGNORECASE):
        return "ns"
    text = _POWER.sub(r"e\1", text)
    found = _P.fullmatch(text)
    value = number(found["number"]) if found else None
    if found is None or value is None or not 0 <= value <= 1:
        return None
    sign = found["sign"].replace("=", "")
    plain = format(value, "f")
    return sign + (plain if len(plain) <= 12 else str(value))


def several(text: str) -> tuple[str, ...]:
    """A list separated by semicolons, commas or line breaks, each once, in the order typed."""
    return tuple(dict.fromkeys(part.strip() for part in re.split(r"[;,\n]", text) if part.strip()))


def trial_ids(text: str) -> tuple[tuple[str, ...], str]:
    """The NCT ids in a text in their one spelling, and what else was typed there."""
    found = re.findall(r"NCT[\s-]?(\d{8})(?!\d)", text, re.IGNORECASE | re.ASCII)
    rest = re.sub(r"NCT[\s-]?\d{8}(?!\d)", " ", text, flags=re.IGNORECASE | re.ASCII)
    return tuple(dict.fromkeys(f"NCT{digits}" for digits in found)), rest.strip(" ,;\n\t\r")
