"""``manage.py``, with a clear line instead of a traceback where the surroundings are at fault."""

import os
import sys
import warnings
from collections.abc import Sequence

import psycopg
import psycopg_pool
import redis
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db.utils import DatabaseError, OperationalError, ProgrammingError
from kombu.exceptions import OperationalError as BrokerError

from apps.core import supervisor
from apps.core.addresses import without_password
from apps.core.embedded import on_demand
from apps.core.embedded.failures import CannotStart

# What looks at the database only if there happens to be one.
NEVER_START_SERVERS = {"makemigrations", "spectacular", "collectstatic", "help", "version", "check"}
# What sets up the tables itself, or brings them along.
NEVER_MIGRATE_FIRST = {"migrate", "restore", "dbshell", "flush", "sqlflush", "showmigrations"}


def main(argv: Sequence[str]) -> int:
    """Run one command; the exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tmeportal.settings")
    command = argv[1] if len(argv) > 1 else "help"
    if command == "run":
        return supervisor.main(argv[2:])
    try:
        if settings.EMBEDDED_DATABASE and command not in NEVER_START_SERVERS:
            on_demand.allow(f"“manage.py {command}”", migrates=command not in NEVER_MIGRATE_FIRST)
        if command == "makemigrations":
            warnings.filterwarnings("ignore", message="Got an error checking a consistent migration history")
        execute_from_command_line(list(argv))
    except (CannotStart, ImproperlyConfigured) as error:
        return fail(str(error))
    except DatabaseError as error:
        if reason := unreachable(error):
            return fail(reason)
        raise
    except (redis.ConnectionError, BrokerError) as error:
        return fail(f"Redis at {without_password(settings.REDIS_URL)} cannot be reached: {first_line(error)}")
    except KeyboardInterrupt:
        return 130
    return 0


def fail(line: str) -> int:
    print(line, file=sys.stderr)
    return 1


def unreachable(error: DatabaseError) -> str:
    """The one line for a database that cannot be reached or has no tables; empty for any other error."""
    cause = error.__cause__
    if isinstance(error, ProgrammingError) and isinstance(cause, psycopg.errors.UndefinedTable):
        return "The database has no tables yet: run “python manage.py migrate” first."
    if isinstance(error, OperationalError) and (
        isinstance(cause, psycopg_pool.PoolTimeout) or getattr(cause, "sqlstate", None) is None
    ):
        return f"The database at {without_password(settings.DATABASE_URL)} cannot be reached: {first_line(error)}"
    return ""


def first_line(error: BaseException) -> str:
    return " ".join(str(error).split())
