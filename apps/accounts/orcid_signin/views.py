"""The OAuth conversation with ORCID."""

from typing import Any

from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2Adapter, OAuth2CallbackView, OAuth2LoginView
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest

from apps.accounts import orcid


class OrcidAdapter(OAuth2Adapter):
    provider_id = "orcid"

    @property
    def authorize_url(self) -> str:
        return f"{settings.ORCID_BASE_URL}/oauth/authorize"

    @property
    def access_token_url(self) -> str:
        return f"{settings.ORCID_BASE_URL}/oauth/token"

    def get_provider(self) -> Any:
        try:
            return super().get_provider()
        except SocialApp.DoesNotExist:
            raise Http404("Sign-in through ORCID is not set up here.") from None

    def complete_login(self, request: HttpRequest, app: Any, token: SocialToken, **kwargs: Any) -> SocialLogin:
        answer = kwargs["response"]
        try:
            person = {"orcid": orcid.normalise(str(answer.get("orcid", ""))), "name": str(answer.get("name") or "")}
        except ValidationError as error:
            raise OAuth2Error("ORCID's answer has no valid iD.") from error
        return self.get_provider().sociallogin_from_response(request, person)


oauth2_login = OAuth2LoginView.adapter_view(OrcidAdapter)
oauth2_callback = OAuth2CallbackView.adapter_view(OrcidAdapter)
