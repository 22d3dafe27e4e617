"""Answers of the permission functions: truthy or not, and always with a reason."""

from dataclasses import dataclass

from apps.core.exceptions import Refused


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether something is allowed and, where it is not, why: ``if may_approve(user, submission): …``."""

    allowed: bool
    reason: str = ""
    code: str = "forbidden"

    def __bool__(self) -> bool:
        return self.allowed

    def require(self) -> None:
        """Raise ``Refused`` with the reason unless allowed."""
        if not self.allowed:
            raise Refused(self.reason, code=self.code)


ALLOWED = Verdict(True)


def denied(reason: str, *, code: str = "forbidden") -> Verdict:
    """A no with its reason; ``code`` becomes that of the refusal (``state``: not now, rather than not you)."""
    return Verdict(False, reason, code)
