"""What only the demo tells on its entrance pages."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def demo_mail_folder() -> str:
    """Where the demo writes its mails; empty where mail is really sent, and outside the demo."""
    to_files = settings.EMAIL_BACKEND == "django.core.mail.backends.filebased.EmailBackend"
    return str(settings.EMAIL_FILE_PATH) if settings.DEMO and to_files else ""


@register.simple_tag
def demo_people() -> list[str]:
    """The usernames of the demo; never their password, which is printed where the portal was started."""
    return list(settings.DEMO_PEOPLE) if settings.DEMO else []
