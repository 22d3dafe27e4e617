"""The settings as a production portal has them, seen from outside."""

import json
import subprocess
import sys

from tests.core.portal import ROOT, environment, manage

PRODUCTION = {
    "DATABASE_URL": "postgres://portal:secret@db.example/portal",
    "REDIS_URL": "redis://redis.example/0",
    "SECRET_KEY": "a long and random text of more than fifty characters, kept secret",
    "ALLOWED_HOSTS": "portal.example",
    "HOST": "0.0.0.0",
}


def values_of(*names: str, **values: str) -> list[object]:
    """The settings of that name, read in a process of their own."""
    code = f"import json; from django.conf import settings; print(json.dumps([getattr(settings, n) for n in {names}]))"
    answer = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(DJANGO_SETTINGS_MODULE="tmeportal.settings", **values),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(answer.stdout)


def test_production_settings_pass_the_deployment_check(tmp_path):
    answer = manage("check", "--deploy", "--fail-level", "INFO", PORTAL_DATA=str(tmp_path), **PRODUCTION)
    assert answer.returncode == 0, answer.stderr
    assert "no issues" in answer.stdout


def test_production_cookies_are_bound_to_the_host_and_secure(tmp_path):
    names = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE")
    values = values_of(*names, PORTAL_DATA=str(tmp_path), **PRODUCTION)
    assert values == ["__Host-tme_session", "__Host-tme_csrf", True, True]


def test_portals_side_by_side_have_their_own_cookies_and_sockets(tmp_path):
    names = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "DATABASE_URL", "REDIS_URL")
    one = values_of(*names, PORTAL_DATA=str(tmp_path / "one"), PORT="8001")
    two = values_of(*names, PORTAL_DATA=str(tmp_path / "two"), PORT="8002")
    assert not set(one) & set(two)


def test_commands_that_read_code_alone_make_no_server_and_need_none(tmp_path):
    answer = manage("makemigrations", "--check", "--dry-run", PORTAL_DATA=str(tmp_path / "data"))
    assert answer.returncode == 0, answer.stderr
    assert answer.stderr == ""
    assert not (tmp_path / "data" / "postgres").exists()


def test_the_pace_of_services_follows_what_the_operator_tells_them(tmp_path):
    names = ("PUBMED_RATE", "CROSSREF_RATE")
    assert values_of(*names, PORTAL_DATA=str(tmp_path)) == [3, 1]
    known = {"PUBMED_API_KEY": "key", "CONTACT_EMAIL": "us@portal.example"}
    assert values_of(*names, PORTAL_DATA=str(tmp_path), **known) == [10, 3]


def test_a_pace_of_nothing_is_refused_by_name(tmp_path):
    answer = manage("check", PORTAL_DATA=str(tmp_path), PUBMED_RATE="0")
    assert "PUBMED_RATE must be at least 1, not 0." in answer.stderr
