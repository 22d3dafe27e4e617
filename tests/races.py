"""People who press at the same moment: threads on real PostgreSQL, each with its own connection."""

import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import close_old_connections, connections

from apps.core.exceptions import Refused


def at_once(*calls):
    """Run all calls at the same moment, each on its own connection; what came out, or the refusal."""
    barrier = threading.Barrier(len(calls))

    def run(call):
        close_old_connections()
        try:
            barrier.wait(timeout=10)
            return call()
        except Refused as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def refusals(results):
    return [result for result in results if isinstance(result, Refused)]
