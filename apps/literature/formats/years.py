"""Years in the words of a date, in whatever order and form it is written."""

import re

YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|2[01]\d\d)(?:(?!\d)|(?=[01]\d[0-3]\d(?!\d)))")


def year_in(text: str) -> int | None:
    """The first year named, also as the beginning of “20210304”."""
    found = YEAR.search(text)
    return int(found[1]) if found else None
