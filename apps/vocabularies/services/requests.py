"""What curators miss: asked for, of use in drafts at once, decided on by somebody else.

Each verb writes its line into the history of the term, in the same transaction.
"""

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Notice, User
from apps.accounts.services import notify, record_event

from ..choices import RequestState, TermStatus
from ..models import Request, Term, TermRequest
from ..permissions import may_decide, may_request
from ..sources import LocalTerm
from .local import locked, make, required, rewrite, stands_in

STATUS_AFTER = {
    RequestState.APPROVED: TermStatus.APPROVED,
    RequestState.DECLINED: TermStatus.DECLINED,
    RequestState.INSTEAD: TermStatus.DECLINED,
}


@transaction.atomic
def request_term(*, actor: User, said: LocalTerm, reason: str) -> TermRequest:
    """A term that awaits a decision: drafts may name it from now on, approval waits for the decision.

    Refused where the vocabulary has something of that name (code ``duplicate``), or something is missing.
    """
    may_request(actor).require()
    reason = required(reason, "Say what you need it for: the editors decide by that.", "reason")
    term = make(said, TermStatus.PENDING)
    request = TermRequest.objects.create(term=term, reason=reason, asked_by=actor)
    record_event(actor=actor, verb="request", obj=term, to_state=TermStatus.PENDING, reason=reason)
    return request


@transaction.atomic
def approve_request(*, actor: User, request: TermRequest, said: LocalTerm | None = None, answer: str = "") -> Term:
    """Let the term be as it was asked for, or as ``said``; its id stays, so drafts that name it go on."""
    request, term = _held(request)
    may_decide(actor, request).require()
    changed = rewrite(term, said) if said is not None else []
    _decide(request, term, RequestState.APPROVED, actor=actor, answer=answer.strip(), changed=changed)
    what = "was approved, with changes" if changed else "was approved"
    tell_asker(request, f"“{term}” ({term.curie}), which you asked for, {what}.")
    return term


@transaction.atomic
def decline_request(*, actor: User, request: TermRequest, answer: str) -> Term:
    """Say no, and why. The term stays, declined, for what names it."""
    request, term = _held(request)
    may_decide(actor, request).require()
    answer = required(answer, "Say why, so that the asker knows what to do instead.", "answer")
    _decide(request, term, RequestState.DECLINED, actor=actor, answer=answer)
    tell_asker(request, f"“{term}” ({term.curie}), which you asked for, was declined: {answer}")
    return term


@transaction.atomic
def answer_request_with(*, actor: User, request: TermRequest, instead: Term, answer: str = "") -> Term:
    """Say what exists already and means the same; drafts offer it in place of what was asked for."""
    request, term = _held(request)
    may_decide(actor, request).require()
    term.replaced_by = stands_in(instead, term)
    _decide(request, term, RequestState.INSTEAD, actor=actor, answer=answer.strip(), replaced_by=instead.curie)
    tell_asker(
        request, f"In place of “{term}” ({term.curie}), which you asked for, choose {instead} ({instead.curie})."
    )
    return term


def _held(request: TermRequest) -> tuple[TermRequest, Term]:
    request = TermRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    return request, locked(request.term)


def _decide(request: TermRequest, term: Term, state: RequestState, *, actor: User, answer: str, **data: Any) -> None:
    before, term.status = term.status, STATUS_AFTER[state]
    term.save(update_fields=["status", "replaced_by"])
    close(request, state, actor, answer)
    record_event(
        actor=actor, verb=state.value, obj=term, from_state=before, to_state=term.status, reason=answer, data=data
    )


def close(request: Request, state: RequestState, actor: User, answer: str) -> None:
    """Write the answer down; of any kind of request."""
    request.state, request.answer = state, answer
    request.decided_by, request.decided_at = actor, timezone.now()
    request.save()


def tell_asker(request: Request, text: str) -> None:
    """Let whoever asked know the answer; of any kind of request."""
    kind = str(request._meta.verbose_name)
    notify(
        people=[request.asked_by],
        kind=Notice.Kind.REQUEST_DECIDED,
        text=text[:2000],
        url=reverse(f"vocabularies:{kind.replace(' ', '-')}-list"),
        key=f"{kind} {request.pk}",
    )
