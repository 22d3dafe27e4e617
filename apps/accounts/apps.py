from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "apps.accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import adapters, authentication  # noqa: F401, PLC0415 (the second tells the API schema about tokens)

        adapters.listen()
