"""Reading what people type: numbers, p values, ids and lists. Pure. Whole effects: see ``effects``.

Every reader gives ``None`` (or the rest that it could not read) instead of guessing.
"""

import re
from decimal import Decimal, InvalidOperation

MINUS = str.maketrans({"−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "‒": "-"})
NUMBER = r"[-+]?(?:\d+(?:[.,·]\d+)?|[.,·]\d+)(?:[eE][-+]?\d{1,3})?"
_THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2}(?:([ ,\u00a0\u2009\u202f])\d{3})(?:\1\d{3})*(?:\.\d+)?", re.ASCII)
_AMBIGUOUS = re.compile(r"[-+]?[1-9]\d{0,2},\d{3}", re.ASCII)


def number(text: str) -> Decimal | None:
    """“0.58”, “0,58”, “1 200”, “1,200.5”, “−3”; None for anything else, also for “1,200”, which may mean two things."""
    text = text.strip().translate(MINUS)
    if _AMBIGUOUS.fullmatch(text):
        return None
    if _THOUSANDS.fullmatch(text):
        text = re.sub(r"[ ,\u00a0\u2009\u202f]", "", text)
    elif not re.fullmatch(NUMBER, text, re.ASCII):
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


_P = re.compile(rf"(?:p\s*(?:-?\s*value)?\s*)?(?P<sign>[<>=≤≥]?)\s*(?P<number>{NUMBER})", re.IGNORECASE | re.ASCII)
_POWER = re.compile(r"\s*[x×*·]\s*10\s*\^?\s*(-?\d{1,3})\s*$")
_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


def p_value(text: str) -> str | None:
    """A p value in one spelling (“0.03”, “<0.001”, “ns”), or None where it is none or not between 0 and 1."""
    text = text.strip().translate(_SUPERSCRIPT).translate(MINUS)
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
