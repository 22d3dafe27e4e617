from django.apps import AppConfig


class LiteratureConfig(AppConfig):
    name = "apps.literature"
    default_auto_field = "django.db.models.BigAutoField"
