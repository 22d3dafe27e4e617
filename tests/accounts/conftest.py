"""Rate limits of its own for each test, and what the account tests have in common."""

import uuid

import pytest


@pytest.fixture(autouse=True)
def _fresh_rate_limits(settings):
    """allauth counts attempts in the cache: no test may use up another's."""
    settings.CACHES = {"default": settings.CACHES["default"] | {"KEY_PREFIX": f"test-{uuid.uuid4().hex}"}}


@pytest.fixture
def mfa_required(settings):
    """As outside the demo."""
    settings.REQUIRE_MFA = True
