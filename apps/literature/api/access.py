"""Who may use this API, and what any of its answers may be."""

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from apps.accounts.models import User

from .. import permissions

ALWAYS = (400, 401, 403, 406, 429)


class IsCurator(BasePermission):
    """Everything here is for curators and above."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not isinstance(request.user, User):
            return False
        verdict = permissions.may_import(request.user)
        self.message = verdict.reason
        return bool(verdict)
