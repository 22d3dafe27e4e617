"""What the portal takes from ORCID: the iD that ORCID confirmed, and the name. Never an e-mail address.

allauth's own provider reads the whole public record as well; the token's answer already says who
signed in, and what is not fetched can be neither stored nor trusted by mistake.
"""

from typing import Any

from allauth.socialaccount.providers.base import ProviderAccount
from allauth.socialaccount.providers.oauth2.provider import OAuth2Provider

from .views import OrcidAdapter


class OrcidAccount(ProviderAccount):
    def get_profile_url(self) -> str:
        return f"https://orcid.org/{self.account.uid}"

    def to_str(self) -> str:
        return self.account.uid


class OrcidProvider(OAuth2Provider):
    id = "orcid"
    name = "ORCID"
    account_class = OrcidAccount
    oauth2_adapter_class = OrcidAdapter
    pkce_enabled_default = False

    def get_default_scope(self) -> list[str]:
        return ["/authenticate"]

    def extract_uid(self, data: dict[str, Any]) -> str:
        return data["orcid"]

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"name": data.get("name") or ""}


provider_classes = [OrcidProvider]
