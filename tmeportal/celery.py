"""The Celery application; its settings are the ``CELERY_*`` ones in ``settings.py``."""

import gc
import logging.config
import os
import signal
import warnings

import kombu.exceptions
import redis.exceptions
from celery import Celery, Task
from celery.signals import setup_logging, worker_process_init
from django.conf import settings
from django.db.utils import InterfaceError, OperationalError
from django_structlog.celery.steps import DjangoStructLogInitStep

from apps.core.embedded.child import die_with_parent
from apps.core.logs import configure_structlog

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tmeportal.settings")

# As root in a container, say. What makes that dangerous, pickled tasks, is not accepted.
warnings.filterwarnings("ignore", message="You're running the worker with superuser privileges")


class RepeatableTask(Task):
    """Where the database or Redis is away a task ends with one line in the log: beat rings again when they are back."""

    throws = (OperationalError, InterfaceError, kombu.exceptions.OperationalError, redis.exceptions.ConnectionError)


app = Celery("tmeportal", task_cls=RepeatableTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)


@setup_logging.connect
def log_like_the_rest(**kwargs: object) -> None:
    logging.config.dictConfig(settings.LOGGING)
    configure_structlog()


@worker_process_init.connect
def die_with_the_worker(**kwargs: object) -> None:
    """A pool process never outlives a worker that was killed; its task is delivered again."""
    die_with_parent(signal.SIGKILL)


@worker_process_init.connect
def settle(**kwargs: object) -> None:
    """What is loaded by now stays: the garbage collector need not look through it again and again.

    Nor so often through what is made: the thousands of citations of a chunk are no garbage.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, *gc.get_threshold()[1:])
