"""Targets that curators miss: asked for, of use in drafts at once, decided on by somebody else."""

from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.accounts.services import record_event
from apps.core.exceptions import Refused

from ..choices import RequestState, TermStatus
from ..models import Target, TargetRequest
from ..permissions import may_decide, may_request
from ..sources import TargetData
from .local import required
from .requests import STATUS_AFTER, close, tell_asker
from .targets import locked_target, make_target, rewrite_target


@transaction.atomic
def request_target(*, actor: User, said: TargetData, reason: str) -> TargetRequest:
    """A target that awaits a decision: drafts may name it from now on, approval waits for the decision.

    Refused where there is one of that id or symbol (code ``duplicate``), or something is missing.
    """
    may_request(actor).require()
    reason = required(reason, "Say what you need it for: the editors decide by that.", "reason")
    target = make_target(said, actor, TermStatus.PENDING)
    request = TargetRequest.objects.create(target=target, reason=reason, asked_by=actor)
    record_event(actor=actor, verb="request", obj=target, to_state=TermStatus.PENDING, reason=reason)
    return request


@transaction.atomic
def approve_target_request(
    *, actor: User, request: TargetRequest, said: TargetData | None = None, answer: str = ""
) -> Target:
    """Let the target be as it was asked for, or as ``said``; its id stays, so drafts that name it go on."""
    request, target = _held(actor, request)
    if said is not None:
        target = rewrite_target(target, said, actor)
    _decide(request, target, RequestState.APPROVED, actor=actor, answer=answer.strip())
    tell_asker(request, f"{target}, which you asked for, was approved.")
    return target


@transaction.atomic
def decline_target_request(*, actor: User, request: TargetRequest, answer: str) -> Target:
    """Say no, and why. The target stays, declined, for what names it."""
    request, target = _held(actor, request)
    answer = required(answer, "Say why, so that the asker knows what to do instead.", "answer")
    _decide(request, target, RequestState.DECLINED, actor=actor, answer=answer)
    tell_asker(request, f"{target}, which you asked for, was declined: {answer}")
    return target


@transaction.atomic
def answer_target_request_with(*, actor: User, request: TargetRequest, instead: Target, answer: str = "") -> Target:
    """Say which target exists already and is the same; drafts offer it in place of what was asked for."""
    request, target = _held(actor, request)
    if instead.pk == target.pk or not Target.objects.usable().filter(pk=instead.pk).exists():
        raise Refused("What stands in for it is another target in use. Choose another one.", field="instead")
    target.merged_into = instead
    _decide(request, target, RequestState.INSTEAD, actor=actor, answer=answer.strip(), into=instead.curie)
    tell_asker(request, f"In place of {target}, which you asked for, choose {instead}.")
    return target


def _held(actor: User, request: TargetRequest) -> tuple[TargetRequest, Target]:
    request = TargetRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    may_decide(actor, request).require()
    return request, locked_target(request.target)


def _decide(
    request: TargetRequest, target: Target, state: RequestState, *, actor: User, answer: str, **data: Any
) -> None:
    before, target.status = target.status, STATUS_AFTER[state]
    target.save(update_fields=["status", "merged_into"])
    close(request, state, actor, answer)
    record_event(
        actor=actor, verb=state.value, obj=target, from_state=before, to_state=target.status, reason=answer, data=data
    )
