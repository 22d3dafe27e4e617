"""Every change of terms, targets and genes."""

from .alike import terms_alike
from .loading import apply_load, discard_load, load_now, note_told, preview_load
from .local import add_local_term, change_local_term, retire_local_term
from .requests import answer_request_with, approve_request, decline_request, request_term
from .saving import save_target, save_targets, save_term, save_terms
from .usage import note_usage
from .words import refresh_words

__all__ = [
    "add_local_term",
    "answer_request_with",
    "apply_load",
    "approve_request",
    "change_local_term",
    "decline_request",
    "discard_load",
    "load_now",
    "note_told",
    "note_usage",
    "preview_load",
    "refresh_words",
    "request_term",
    "retire_local_term",
    "save_target",
    "save_targets",
    "save_term",
    "save_terms",
    "terms_alike",
]
