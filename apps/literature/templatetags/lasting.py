"""How long something took or takes, in words."""

from django import template

register = template.Library()


@register.filter
def lasting(seconds: float) -> str:
    """``90`` → “90 seconds”, ``600`` → “10 minutes”; to the precision that people care for."""
    if seconds < 1:
        return "less than a second"
    for unit, length, enough in (("second", 1, 91), ("minute", 60, 90 * 60), ("hour", 3600, 36 * 3600)):
        if seconds < enough:
            return _counted(round(seconds / length), unit)
    return _counted(round(seconds / 86_400), "day")


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"
