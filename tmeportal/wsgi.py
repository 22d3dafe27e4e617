"""The WSGI application that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tmeportal.settings")

_whole = get_wsgi_application()

from .reads import PublicReads  # noqa: E402 (it needs the settings)

application = PublicReads(_whole)
