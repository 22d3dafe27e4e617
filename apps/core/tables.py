"""What every table for spreadsheets needs: lines that stream, and cells that run nothing."""

#: The mark at the start tells spreadsheets that this is UTF-8.
BOM = "\ufeff"
# What a spreadsheet would take for the beginning of a formula (and run).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class Line:
    """A file of one line for ``csv.writer``: gives back what is written."""

    def write(self, text: str) -> str:
        return text


def inert(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
