"""Why the portal could not start, in one line for the person at the terminal."""


class CannotStart(Exception):
    """The message is one whole sentence or two that say what is wrong and how to mend it."""
