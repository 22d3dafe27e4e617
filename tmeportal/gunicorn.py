"""How gunicorn serves the portal. Never preloaded: a forked worker would inherit the database pool."""

import os
import signal

from prometheus_client import multiprocess

from apps.core.embedded.child import die_with_parent
from apps.core.logs import logging_configuration

wsgi_app = "tmeportal.wsgi:application"
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS") or 2)
threads = int(os.environ.get("WEB_THREADS") or 4)
timeout = 120
graceful_timeout = 5
keepalive = 5
max_requests = 20_000
max_requests_jitter = 2_000
limit_request_line = 8190
control_socket_disable = True
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 (gunicorn makes it safely)
logconfig_dict = logging_configuration(readable=os.environ.get("LOG_FORMAT") != "json", level="WARNING")


def post_fork(server, worker):  # type: ignore[no-untyped-def]
    die_with_parent(signal.SIGKILL, server.pid)


def child_exit(server, worker):  # type: ignore[no-untyped-def]
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        multiprocess.mark_process_dead(worker.pid)
