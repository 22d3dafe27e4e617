"""The public pages of the catalogue. They show published documents, and nothing that is not in them."""

from .compare import entry_compare
from .contradictions import target_contradictions
from .entries import entry_detail, entry_list, entry_version
from .home import home
from .pins import pin_create, pin_detail
from .references import reference_detail
from .releases import release_cut, release_detail, release_file, release_list
from .targets import target_detail, target_list, target_named

__all__ = [
    "entry_compare",
    "entry_detail",
    "entry_list",
    "entry_version",
    "home",
    "pin_create",
    "pin_detail",
    "reference_detail",
    "release_cut",
    "release_detail",
    "release_file",
    "release_list",
    "target_contradictions",
    "target_detail",
    "target_list",
    "target_named",
]
