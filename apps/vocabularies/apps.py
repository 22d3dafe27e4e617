from django.apps import AppConfig


class VocabulariesConfig(AppConfig):
    name = "apps.vocabularies"
    default_auto_field = "django.db.models.BigAutoField"
