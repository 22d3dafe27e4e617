"""ORCID iDs: sixteen characters, of which the last is a check character (ISO 7064, mod 11-2)."""

import re

from django.core.exceptions import ValidationError

_ADDRESS = re.compile(r"^(?:https?://)?(?:www\.)?(?:sandbox\.)?orcid\.org/", re.IGNORECASE)
_SHAPE = re.compile(r"^[0-9]{15}[0-9X]$")


def check_character(digits: str) -> str:
    """The sixteenth character that belongs to the first fifteen digits of an ORCID iD."""
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    rest = (12 - total % 11) % 11
    return "X" if rest == 10 else str(rest)


def normalise(text: str) -> str:
    """The iD in its usual form, ``0000-0002-1825-0097``.

    Accepts the iD with or without hyphens and spaces, and as an address (``https://orcid.org/…``).
    Raises ``ValidationError`` that says what is wrong: the shape, or the check character.
    """
    characters = re.sub(r"[\s‐-―-]", "", _ADDRESS.sub("", text.strip())).rstrip("/").upper()
    if not _SHAPE.match(characters):
        raise ValidationError(
            "An ORCID iD has 16 digits in four groups, such as 0000-0002-1825-0097; the last may be an X.",
            code="shape",
        )
    if check_character(characters[:15]) != characters[15]:
        raise ValidationError(
            "This is not a valid ORCID iD: its check digit does not match. Please look for a mistyped digit.",
            code="checksum",
        )
    return "-".join(characters[start : start + 4] for start in range(0, 16, 4))


def validate(text: str) -> None:
    """Accept only an iD that is valid and in its usual form."""
    if normalise(text) != text:
        raise ValidationError(f"Write the ORCID iD as {normalise(text)}.", code="form")
