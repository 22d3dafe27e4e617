"""The four roles, in rising order; each may do all that the ones below it may."""

from django.db.models import TextChoices


class Role(TextChoices):
    VISITOR = "visitor", "Visitor"
    CURATOR = "curator", "Curator"
    EDITOR = "editor", "Editor"
    ADMINISTRATOR = "administrator", "Administrator"

    @property
    def rank(self) -> int:
        return list(Role).index(self)

    def includes(self, other: "Role") -> bool:
        """Whether this role may do all that ``other`` may."""
        return self.rank >= other.rank
