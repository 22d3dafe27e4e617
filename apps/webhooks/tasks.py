"""What workers do for webhooks; the row says what is still to be told, the broker only rings."""

from uuid import UUID

from celery import shared_task

from . import services


@shared_task
def tell_webhooks() -> None:
    """Write what is to be told, and ring for each message that is due."""
    for number in services.prepare_deliveries():
        deliver.delay(str(number))


@shared_task
def deliver(number: str) -> None:
    services.deliver(delivery=UUID(number))


@shared_task
def forget_old() -> None:
    services.forget_old()
