"""The real files that lie beside the portal where it is developed, and how well they are read."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

SHARED = Path(settings.BASE_DIR).parent / "shared"
SCORER = SHARED / "tools" / "score_references.py"

needed = pytest.mark.skipif(not SCORER.exists(), reason="needs the shared real files")


def score(folder: str) -> tuple[float, int, int, str]:
    """The percentage of right fields, the files that are exactly right, all files; and what the scorer said."""
    command = [sys.executable, str(SCORER), "--python", sys.executable, "--format", folder, "--misses", "20"]
    said = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=300).stdout
    found = re.search(r"^fields ([\d.]+)%, files exactly right (\d+)/(\d+)$", said, re.MULTILINE)
    assert found, said
    return float(found[1]), int(found[2]), int(found[3]), said
