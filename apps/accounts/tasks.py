"""Mail that follows a decision or a notice; the row says what is still to be told, the broker only rings."""

from celery import shared_task

from . import services
from .models import RoleApplication


@shared_task
def tell_applicant(application_id: int) -> None:
    services.tell_applicant(application_id=application_id)


@shared_task
def tell_applicants() -> None:
    """Ring again for every decision whose mail did not go out."""
    for application_id in RoleApplication.objects.untold().values_list("pk", flat=True):
        services.tell_applicant(application_id=application_id)


@shared_task
def mail_notices() -> None:
    """Make mails of the notices whose time has come, and send what is due."""
    services.compose_mails()
    services.deliver_mails()


@shared_task
def seal_events() -> None:
    services.seal_events()
