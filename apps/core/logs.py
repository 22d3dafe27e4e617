"""Structured logging, the same in every process: lines for people in the demo, JSON elsewhere."""

import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

PROBES = ("/healthz", "/readyz", "/metrics")
# What says little, and often: one line per tick of beat, per page not found, per task received.
QUIET = {
    "celery": "WARNING",
    "celery.beat": "WARNING",
    "celery.worker.strategy": "WARNING",
    "celery.app.trace": "ERROR",
    "django.request": "ERROR",
    "django.server": "WARNING",
    "django_celery_beat": "WARNING",
    "kombu": "WARNING",
    "gunicorn": "WARNING",
    "httpx2": "WARNING",
    "pronto": "ERROR",
}


def drop_probes(logger: object, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Nobody wants a line for every look at the health of the portal."""
    if event.get("event") == "request_finished" and str(event.get("request", "")).endswith(PROBES):
        raise structlog.DropEvent
    return event


_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def logging_configuration(*, readable: bool, level: str) -> dict[str, Any]:
    """A ``dictConfig`` for the standard library's logging; everything goes to the standard error."""
    renderer: list[Any] = (
        [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)]
        if readable
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _SHARED,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer],
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {name: {"level": quiet} for name, quiet in QUIET.items()}
        | {
            name: {"handlers": [], "propagate": True, "level": "WARNING"}
            for name in ("gunicorn.error", "gunicorn.access")
        },
    }


def configure_structlog() -> None:
    """Send structlog's own loggers down the same road."""
    structlog.configure(
        processors=[
            *_SHARED[:1],
            structlog.stdlib.filter_by_level,
            *_SHARED[1:],
            drop_probes,
            structlog.processors.StackInfoRenderer(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
