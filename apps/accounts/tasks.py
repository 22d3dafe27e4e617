"""Mail that follows a decision or a notice; the row says what is still to be told, the broker only rings."""

from celery import shared_task

from . import services
from .models import Notice, RoleApplication


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
    """Mail every notice that its person has not read yet and that did not go out."""
    for notice_id in Notice.objects.to_mail().values_list("pk", flat=True):
        services.mail_notice(notice_id=notice_id)
