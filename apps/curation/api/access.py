"""What all of the curation API shares: who may come in, and which errors its schema names."""

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from .. import permissions

ALWAYS = (400, 401, 403, 406, 429)
CHANGE = (*ALWAYS, 404, 409, 415, 422)


class IsEditor(BasePermission):
    message = "This is for editors."

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.user.is_authenticated and request.user.is_editor


class IsCurator(BasePermission):
    """Everything here is for curators and above; which submission, ``visible_to`` says."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not request.user.is_authenticated:
            return False
        verdict = permissions.may_start(request.user)
        self.message = verdict.reason
        return bool(verdict)
