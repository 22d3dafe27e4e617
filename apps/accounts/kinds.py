"""What the portal tells people of, how each kind is mailed unless they choose, and how kinds are grouped."""

from django.db.models import TextChoices


class Delivery(TextChoices):
    """How a notice is mailed. It stands on the person's page of notices in any case."""

    AT_ONCE = "at_once", "At once"
    DAILY = "daily", "Once a day"
    WEEKLY = "weekly", "Once a week"
    NONE = "none", "No e-mail"


DIGESTS = (Delivery.DAILY, Delivery.WEEKLY)


class Kind(TextChoices):
    MENTION = "mention", "Somebody names you in a discussion"
    REPLY = "reply", "Reply to your comment"
    COMMENT = "comment", "Comment in a discussion that you follow"
    DECISION = "decision", "Decision on your submission"
    REVIEW_STEP = "review_step", "Your submission is claimed or returned to the queue"
    REQUEST_DECIDED = "request_decided", "Decision on a request or an application of yours"
    RE_REVIEW = "re_review", "Under re-review"
    RE_REVIEW_ENDED = "re_review_ended", "End of a re-review"
    ENTRY_ENDED = "entry_ended", "An entry of yours is retracted or merged"
    FLAG = "flag", "Flag on an entry"
    CORRECTION = "correction", "Corrected publication"
    ENTRY = "entry", "News of an entry or a target that you follow"
    SEARCH_ENTRY = "search_entry", "New entries in a search that you follow"
    SEARCH = "search", "What a saved search found"
    VOCABULARY = "vocabulary", "Changed vocabulary"
    WEBHOOK = "webhook", "A webhook of yours is switched off"
    ASSIGNED = "assigned", "A review is assigned to you"
    QUEUE = "queue", "News of the review queue"
    FINDINGS = "findings", "Retractions to look at"


#: The kinds as people choose among them; the last group concerns editors alone.
GROUPS: tuple[tuple[str, tuple[Kind, ...]], ...] = (
    ("Discussions", (Kind.MENTION, Kind.REPLY, Kind.COMMENT)),
    ("Your work", (Kind.DECISION, Kind.REVIEW_STEP, Kind.REQUEST_DECIDED)),
    ("What becomes of it", (Kind.RE_REVIEW, Kind.RE_REVIEW_ENDED, Kind.ENTRY_ENDED, Kind.FLAG, Kind.CORRECTION)),
    ("The catalogue and the literature", (Kind.ENTRY, Kind.SEARCH_ENTRY, Kind.SEARCH, Kind.VOCABULARY)),
    ("Your programs", (Kind.WEBHOOK,)),
    ("The editors’ desk", (Kind.ASSIGNED, Kind.QUEUE, Kind.FINDINGS)),
)
OF_EDITORS = frozenset(GROUPS[-1][1])

_UNLESS_CHOSEN = {
    Kind.COMMENT: Delivery.DAILY,
    Kind.REVIEW_STEP: Delivery.DAILY,
    Kind.ENTRY: Delivery.DAILY,
    Kind.SEARCH_ENTRY: Delivery.DAILY,
    Kind.SEARCH: Delivery.DAILY,
    Kind.VOCABULARY: Delivery.DAILY,
    Kind.QUEUE: Delivery.DAILY,
}


def unless_chosen(kind: str) -> Delivery:
    """How this kind is mailed to whoever has not chosen: at once what waits for them, the rest once a day."""
    return _UNLESS_CHOSEN.get(Kind(kind), Delivery.AT_ONCE)
