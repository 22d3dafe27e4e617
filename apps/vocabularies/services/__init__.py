"""Every change of terms, targets and genes."""

from .alike import targets_alike, terms_alike
from .loading import apply_load, discard_load, load_now, note_told, preview_load
from .local import add_local_term, change_local_term, retire_local_term
from .requests import answer_request_with, approve_request, decline_request, request_term
from .saving import save_target, save_targets, save_term, save_terms
from .target_requests import (
    answer_target_request_with,
    approve_target_request,
    decline_target_request,
    request_target,
)
from .targets import add_target, change_target, merge_targets, said_of_gene
from .usage import note_usage
from .words import refresh_words

__all__ = [
    "add_local_term",
    "add_target",
    "answer_request_with",
    "answer_target_request_with",
    "apply_load",
    "approve_request",
    "approve_target_request",
    "change_local_term",
    "change_target",
    "decline_request",
    "decline_target_request",
    "discard_load",
    "load_now",
    "merge_targets",
    "note_told",
    "note_usage",
    "preview_load",
    "refresh_words",
    "request_target",
    "request_term",
    "retire_local_term",
    "said_of_gene",
    "save_target",
    "save_targets",
    "save_term",
    "save_terms",
    "targets_alike",
    "terms_alike",
]
