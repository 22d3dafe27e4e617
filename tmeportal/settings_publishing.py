"""What the portal says of itself and of the data that it publishes."""

from . import env

SITE_NAME = "TME Portal"
# Under which licence what is published may be used, as SPDX calls it.
DATA_LICENCE = env.text("DATA_LICENCE", "CC-BY-4.0")
DATA_LICENCE_URL = env.text("DATA_LICENCE_URL", "https://creativecommons.org/licenses/by/4.0/")
