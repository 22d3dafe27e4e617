"""How the API recognises a program: tried through a real address of the API and through the class itself."""

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP
from django.utils import timezone
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from apps.accounts import services
from apps.accounts.authentication import ApiTokenAuthentication
from apps.accounts.models import ApiToken


def authenticate(header: str | None):
    headers = {} if header is None else {"authorization": header}
    return ApiTokenAuthentication().authenticate(Request(APIRequestFactory().get("/", headers=headers)))


@pytest.fixture
def plain(curator):
    return services.make_token(owner=curator, name="notebook", expires_in_days=30)[1]


@pytest.mark.parametrize("scheme", ["Token", "Bearer", "token", "BEARER"])
def test_a_token_is_accepted_in_both_ways_of_sending_it(plain, curator, scheme, django_assert_num_queries):
    with django_assert_num_queries(2):  # find it, note its use
        user, token = authenticate(f"{scheme} {plain}")
    assert (user, token.name) == (curator, "notebook")


@pytest.mark.parametrize("header", [None, "", "Basic dXNlcjpwYXNz", "Negotiate abc"])
def test_other_ways_of_signing_in_are_left_to_others(db, header):
    assert authenticate(header) is None


@pytest.mark.parametrize(
    "header",
    [
        "Token",
        "Token a b",
        "Token tme_0000",
        "Bearer \xff\xfe",
        "Token " + "é" * 20,
        "Token \x00",
        "Token " + "f" * 9000,
    ],
)
def test_anything_that_is_not_a_token_is_refused_and_never_crashes(db, header):
    with pytest.raises(AuthenticationFailed):
        authenticate(header)


def test_an_expired_token_is_refused_and_stays_in_the_list(plain):
    with (
        time_machine.travel(timezone.now() + timedelta(days=30, seconds=1)),
        pytest.raises(AuthenticationFailed, match="expired"),
    ):
        authenticate(f"Token {plain}")
    assert ApiToken.objects.count() == 1


def test_a_revoked_token_is_refused(plain, curator):
    services.revoke_token(owner=curator, token=ApiToken.objects.get())
    with pytest.raises(AuthenticationFailed, match="revoked"):
        authenticate(f"Token {plain}")


def test_the_token_of_a_closed_account_is_refused(plain, curator):
    curator.is_active = False
    curator.save()
    with pytest.raises(AuthenticationFailed, match="closed"):
        authenticate(f"Token {plain}")


def test_an_editors_token_waits_for_two_step_sign_in(editor, mfa_required, settings):
    settings.REQUIRE_MFA = False
    plain = services.make_token(owner=editor, name="made before it was required")[1]
    settings.REQUIRE_MFA = True
    with pytest.raises(PermissionDenied, match="two-step"):
        authenticate(f"Token {plain}")
    TOTP.activate(editor, "JBSWY3DPEHPK3PXP")
    assert authenticate(f"Token {plain}")


def test_the_last_use_is_noted_at_most_once_a_minute(plain, django_assert_num_queries):
    with time_machine.travel("2026-11-01 12:00:00+00:00", tick=False) as clock:
        authenticate(f"Token {plain}")
        first = ApiToken.objects.get().last_used_at
        clock.shift(timedelta(seconds=59))
        with django_assert_num_queries(1):
            authenticate(f"Token {plain}")
        clock.shift(timedelta(seconds=1))
        authenticate(f"Token {plain}")
        assert ApiToken.objects.get().last_used_at - first == timedelta(seconds=60)


@pytest.mark.parametrize("scheme", ["Token", "Bearer"])
def test_the_curation_api_knows_the_token_and_refuses_a_wrong_one(client, plain, scheme):
    address = "/api/v1/curation/submissions/"
    assert client.get(address, headers={"authorization": f"{scheme} {plain}"}).status_code == 200
    refused = client.get(address, headers={"authorization": f"{scheme} tme_wrong"})
    assert refused.status_code == 401
    assert refused["WWW-Authenticate"]
    assert refused["Content-Type"] == "application/problem+json"
    assert client.get(address).status_code == 401
