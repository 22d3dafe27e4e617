"""The processes of the worker."""

from celery.concurrency.prefork import TaskPool


class StoppablePool(TaskPool):
    """Celery's own, but it may be told to stop while it starts: Celery then asks processes that are gone already."""

    def did_start_ok(self) -> bool:
        return getattr(self, "_pool", None) is None or bool(super().did_start_ok())
