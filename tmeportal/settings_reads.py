"""Settings of the short way of public reads (see ``reads``)."""

import sys

from . import env

# Each web process keeps answers of the public API in so much memory, and looks so often whether they still hold.
API_KEPT_BYTES = env.number("API_KEPT_MB", 64) * 1024 * 1024
API_KEPT_SECONDS = env.number("API_KEPT_MILLISECONDS", 0 if "pytest" in sys.modules else 100, most=900) / 1000
