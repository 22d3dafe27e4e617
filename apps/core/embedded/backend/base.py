"""Django's own backend, which first sees to it that the embedded server runs."""

from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base

from apps.core.embedded import on_demand


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        on_demand.ensure(settings.DATA_DIR)
        return super().get_new_connection(conn_params)
