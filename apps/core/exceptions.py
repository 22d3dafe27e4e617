"""The one refusal that services raise; pages, API and commands each show it in their own way."""


class Refused(Exception):
    """A service declined to act.

    ``reason`` is a whole sentence that a person can act on. ``field`` names the field at fault,
    where there is one. ``code`` is a stable word for programs (``forbidden``, ``stale``, ``state``,
    ``invalid``, ``missing``, ``too_many``).
    """

    def __init__(self, reason: str, *, field: str | None = None, code: str = "invalid") -> None:
        super().__init__(reason)
        self.reason = reason
        self.field = field
        self.code = code
