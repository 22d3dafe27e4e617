"""Every write to the catalogue: publication, tombstones, dossiers, and building it all anew."""

from .dossiers import refresh_target
from .publishing import merge, publish, retract
from .rebuilding import Rebuilt, rebuild
from .turns import next_accession

__all__ = ["Rebuilt", "merge", "next_accession", "publish", "rebuild", "refresh_target", "retract"]
