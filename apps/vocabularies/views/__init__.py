"""The look-ups behind pickers, the wishes of curators, and the editors' pages of the vocabularies."""

from .local import local_create, local_edit, local_list, local_retire
from .ontologies import load_apply, load_create, load_detail, load_discard, load_list
from .pickers import target_search, term_search
from .requests import (
    term_request_approve,
    term_request_create,
    term_request_decline,
    term_request_detail,
    term_request_instead,
    term_request_list,
)
from .target_requests import (
    target_request_approve,
    target_request_create,
    target_request_decline,
    target_request_detail,
    target_request_instead,
    target_request_list,
)
from .targets import target_create, target_edit, target_list, target_merge

__all__ = [
    "load_apply",
    "load_create",
    "load_detail",
    "load_discard",
    "load_list",
    "local_create",
    "local_edit",
    "local_list",
    "local_retire",
    "target_create",
    "target_edit",
    "target_list",
    "target_merge",
    "target_request_approve",
    "target_request_create",
    "target_request_decline",
    "target_request_detail",
    "target_request_instead",
    "target_request_list",
    "target_search",
    "term_request_approve",
    "term_request_create",
    "term_request_decline",
    "term_request_detail",
    "term_request_instead",
    "term_request_list",
    "term_search",
]
