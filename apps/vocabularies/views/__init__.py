"""The look-ups behind pickers, and the editors' pages of the vocabularies."""

from .ontologies import load_apply, load_create, load_detail, load_discard, load_list
from .pickers import target_search, term_search
from .requests import term_request_list

__all__ = [
    "load_apply",
    "load_create",
    "load_detail",
    "load_discard",
    "load_list",
    "target_search",
    "term_request_list",
    "term_search",
]
