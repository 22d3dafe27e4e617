"""``python -m tmeportal.bootstrap``: makes a portal of an empty database, in one process."""

import os
import signal
import sys

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.db import DatabaseError

from apps.core.commandline import unreachable
from apps.core.embedded.child import die_with_parent
from apps.core.embedded.failures import CannotStart


def main() -> int:
    """Lay the foundation, or say in one line why that is impossible; the exit code."""
    die_with_parent(signal.SIGKILL)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tmeportal.settings")
    try:
        django.setup()
        from tmeportal import foundation  # noqa: PLC0415 (its models exist only now)

        foundation.lay()
    except (CannotStart, ImproperlyConfigured, CommandError) as error:
        reason = str(error)
    except OSError as error:
        reason = f"{error.filename or settings.DATA_DIR}: {error.strerror}."
    except DatabaseError as error:
        if not (reason := unreachable(error)):
            raise
    else:
        return 0
    print(f"The portal cannot start. {reason}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
