#!/usr/bin/env python
"""The portal's command line: Django's commands, and ``run`` for everything at once."""

import os
import sys
from pathlib import Path

OWN_PYTHON = Path(__file__).resolve().parent / ".venv" / "bin" / "python"

if __name__ == "__main__":
    try:
        import django  # noqa: F401
    except ModuleNotFoundError:
        if not OWN_PYTHON.exists() or Path(sys.prefix) == OWN_PYTHON.parent.parent:
            sys.exit("The portal is not set up yet: run “make setup” (or “make run”) first.")
        os.execv(OWN_PYTHON, [str(OWN_PYTHON), *sys.argv])

    from apps.core.commandline import main

    sys.exit(main(sys.argv))
