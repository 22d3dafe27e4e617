"""Mail that follows a notice, and the sealing of history; the rows say what is still to do, the broker only rings."""

from celery import shared_task

from . import services


@shared_task
def mail_notices() -> None:
    """Make mails of the notices whose time has come, and send what is due."""
    services.compose_mails()
    services.deliver_mails()


@shared_task
def seal_events() -> None:
    services.seal_events()
