"""Every change of terms, targets and genes."""

from .loading import apply_load, discard_load, load_now, preview_load
from .saving import save_target, save_targets, save_term, save_terms
from .words import refresh_words

__all__ = [
    "apply_load",
    "discard_load",
    "load_now",
    "preview_load",
    "refresh_words",
    "save_target",
    "save_targets",
    "save_term",
    "save_terms",
]
