"""How the review goes: what waits, how long it takes, who holds what, and where it leads."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from statistics import median

from django.db.models import Count, F
from django.db.models.functions import TruncWeek
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from apps.accounts.models import Event, User

from ..agreement import agreement
from ..forecast import Week, forecast
from ..models import Decision, Review, Submission
from ..workflow import Status, Verb
from .access import editors_only

#: So many whole weeks are looked at.
WEEKS = 8
#: Of one editor, so many submissions are named.
MOST_NAMED = 10
_AGES = ((7, "less than a week"), (14, "one to two weeks"), (28, "two to four weeks"), (None, "longer than four weeks"))
_LEAVES = (Verb.APPROVE, Verb.REJECT, Verb.REQUEST_CHANGES, Verb.WITHDRAW)


@dataclass(frozen=True, slots=True)
class Held:
    """What one editor has in hand, what expires first first."""

    editor: User
    reviews: list[Review]

    @property
    def shown(self) -> list[Review]:
        return self.reviews[:MOST_NAMED]

    @property
    def more(self) -> int:
        return len(self.reviews[MOST_NAMED:])


@editors_only
@require_GET
def review_dashboard(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    since = Submission.objects.awaiting_review().values_list("submitted_at", flat=True)
    days = sorted((now - at).days for at in since if at)
    weeks = _weeks(now)
    context = {
        "counts": Submission.objects.counted_by_status(),
        "waiting": len(days),
        "oldest": days[-1] if days else 0,
        "typical": round(median(days)) if days else 0,
        "ages": _ages(days),
        "review_days": _review_days(now),
        "weeks": weeks,
        "most": max((count for week in weeks for count in (week.came, week.left)), default=0),
        "forecast": forecast(weeks, waiting=len(days)),
        "held": _held(),
        "agreement": agreement(Review.objects.pairs()),
        "week_count": WEEKS,
    }
    return render(request, "curation/review_dashboard.html", context)


def _ages(days: Sequence[int]) -> list[tuple[str, int]]:
    found: Counter[str] = Counter()
    for age in days:
        found[next(label for limit, label in _AGES if limit is None or age < limit)] += 1
    return [(label, found[label]) for _, label in _AGES]


def _review_days(now: datetime) -> tuple[int, int] | None:
    """The typical days from submission to the verdict, and of how many verdicts, in the weeks looked at."""
    lately = Decision.objects.filter(made_at__gte=now - timedelta(weeks=WEEKS))
    # A submission that came back keeps only its last day: verdicts from before that are left out.
    spans = lately.filter(made_at__gte=F("submission__submitted_at")).values_list("made_at", "submission__submitted_at")
    days = [(made - submitted).days for made, submitted in spans if submitted]
    return (round(median(days)), len(days)) if days else None


def _weeks(now: datetime) -> list[Week]:
    """The last whole weeks, the oldest first."""
    monday = (now - timedelta(days=now.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    first = monday - timedelta(weeks=WEEKS)
    counted = (
        Event.objects.filter(object_type="submission", at__gte=first, at__lt=monday)
        .filter(verb__in=[Verb.SUBMIT, *_LEAVES])
        # What is withdrawn as a draft never was with the editors.
        .exclude(verb=Verb.WITHDRAW, from_state__in=[Status.DRAFT, Status.CHANGES_REQUESTED])
        .annotate(week=TruncWeek("at"))
        .order_by("week")
        .values_list("week", "verb")
        .annotate(count=Count("pk"))
    )
    came: Counter[date] = Counter()
    left: Counter[date] = Counter()
    for week, verb, count in counted:
        (came if verb == Verb.SUBMIT else left)[week.date()] += count
    begins = [(first + timedelta(weeks=number)).date() for number in range(WEEKS)]
    return [Week(day, came[day], left[day]) for day in begins]


def _held() -> list[Held]:
    """By name: this is who can be asked, and no ranking."""
    seats = (
        Review.objects.filter(decision=None, released_at=None, submission__status=Status.IN_REVIEW)
        .select_related("editor", "submission__target")
        .order_by("editor__name", "editor_id", "expires_at", "pk")
    )
    return [Held(editor, list(reviews)) for editor, reviews in groupby(seats, key=lambda seat: seat.editor)]
