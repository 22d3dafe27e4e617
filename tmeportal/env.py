"""Typed reading of environment variables, with errors that name the variable."""

import os
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be on or off, not “{value}”.")


def number(name: str, default: int, most: int | None = None, least: int = 0) -> int:
    """A whole number from ``least`` to ``most``."""
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    if not (value.isascii() and value.isdigit()):
        raise ImproperlyConfigured(f"{name} must be a whole number, not “{value}”.")
    if int(value) < least:
        raise ImproperlyConfigured(f"{name} must be at least {least}, not {value}.")
    if most is not None and int(value) > most:
        raise ImproperlyConfigured(f"{name} must be at most {most}, not {value}.")
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def url(name: str, default: str, schemes: tuple[str, ...]) -> str:
    """The address of a server, one of whose schemes it must have."""
    value = text(name, default)
    if urlsplit(value).scheme not in schemes:
        raise ImproperlyConfigured(f"{name} must begin with {' or '.join(f'{scheme}://' for scheme in schemes)}.")
    return value


def choice(name: str, default: str, choices: tuple[str, ...]) -> str:
    value = text(name, default)
    if value not in choices:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(choices)}, not “{value}”.")
    return value
