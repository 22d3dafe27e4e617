from django.apps import AppConfig

from .logs import configure_structlog


class CoreConfig(AppConfig):
    name = "apps.core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        configure_structlog()
