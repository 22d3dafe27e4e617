"""Which tests share a worker: those that share one expensive thing, such as a whole running portal.

(The ``xdist_group`` mark would say so in the tests, but this pytest keeps ids that xdist cannot mark.)
"""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

TOGETHER = ("tests/core/test_supervisor.py", "tests/core/test_supervisor_soak.py")


class Together(LoadScopeScheduling):
    """Every test by itself to whoever is free, but the files named above as a whole (and first: they are long)."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return path if path in TOGETHER else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    return Together(config, log)
