"""Addresses of servers, as a person may see them."""

import re


def without_password(url: str) -> str:
    """The address with its password blotted out: for messages and logs."""
    return re.sub(r"(?<=://)([^:@/]*):[^@/]*@", r"\1:…@", url)
