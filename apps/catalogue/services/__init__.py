"""Every write to the catalogue: publication, re-review, tombstones, dossiers, and building it all anew."""

from .dossiers import refresh_target
from .following import Followed, follow_vocabularies
from .foreseeing import Foresight, Shift, Standing, foresee, foresee_end, rivals
from .pinning import MOST_PINNED, pin_query
from .publishing import merge, publish, retract
from .rebuilding import Rebuilt, rebuild
from .releasing import cut_monthly, cut_release, write_release
from .reviewing import note_flags, note_retraction, put_under_review, uphold
from .turns import next_accession

__all__ = [
    "MOST_PINNED",
    "Followed",
    "Foresight",
    "Rebuilt",
    "Shift",
    "Standing",
    "cut_monthly",
    "cut_release",
    "follow_vocabularies",
    "foresee",
    "foresee_end",
    "merge",
    "next_accession",
    "note_flags",
    "note_retraction",
    "pin_query",
    "publish",
    "put_under_review",
    "rebuild",
    "refresh_target",
    "retract",
    "rivals",
    "uphold",
    "write_release",
]
