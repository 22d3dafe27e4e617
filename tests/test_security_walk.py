"""Every address and verb as every role: who is let in, who is not, and never a crash.

``tests.walk`` says who may do what. An address that it does not name fails the test, so that a new
endpoint cannot be forgotten.
"""

import pytest
from django.test import Client

from apps.accounts.models import Event
from apps.accounts.roles import Role
from apps.catalogue.models import EntryVersion
from apps.curation.models import Decision, Submission
from tests.factories.accounts import UserFactory
from tests.walk import POLICIES, Who, addresses, furnish, path_of, policy_of

READING, WRITING = ("GET", "HEAD"), ("POST", "PUT", "PATCH", "DELETE")
ROLES = {"anonymous": Who.EVERYONE, "visitor": Who.SIGNED_IN, "curator": Who.CURATOR, "editor": Who.EDITOR,
         "administrator": Who.ADMINISTRATOR}  # fmt: skip

# Someone who is let in may still meet a refusal: a wrong form, a wrong state, another's draft, an entry that is gone.
TURNED_AWAY = {302, 401, 403, 404, 405}
# An editor may see these submissions, but only who wrote one may open these pages of it.
FOR_ITS_WRITERS = {"curation:submission-edit", "curation:submission-withdraw"}
# Told to whoever may give a seat to a reviewer: the walker has no statement in force.
FOR_EDITORS_IN_ORDER = {"curation-api:submission-reviewers"}
FOR_LIBRARIES_TO_SAY = ("account_", "mfa_", "socialaccount_", "orcid_", "admin:")


def test_every_address_has_a_policy():
    missing = sorted({f"{one.name or '(no name)'}  {one.route}" for one in addresses() if policy_of(one) is None})
    assert not missing, "Say in tests/walk.py who may use these addresses:\n" + "\n".join(missing)


def test_no_policy_is_left_over():
    names = {address.name for address in addresses()}
    assert not {name for name in POLICIES if not name.endswith("*") and name not in names}


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_walk_over_every_address_and_verb(role):
    samples = furnish()
    client = Client(raise_request_exception=False)
    if role != "anonymous":
        person = UserFactory(role=Role(role), is_staff=role == "administrator")
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    session = client.cookies.copy()
    wrong = []
    for address in addresses():
        policy = policy_of(address)
        path = path_of(address, samples)
        # Signing out is the one address that ends the walker's own session.
        verbs = READING if address.name.endswith("logout") else (*READING, "OPTIONS", *WRITING)
        for verb in verbs:
            client.cookies = session.copy()
            before = footprint()
            answer = client.generic(verb, path)
            if complaint := judge(address.name, verb, answer, ROLES[role], policy, changed=footprint() != before):
                wrong.append(f"{verb} {path} ({address.name}): {complaint}")
    assert not wrong, "\n".join(wrong)


def footprint():
    """What no stranger's request may ever change."""
    return (
        EntryVersion.objects.count(),
        Decision.objects.count(),
        Event.objects.count(),
        list(Submission.objects.order_by("pk").values_list("status", "edit_count")),
    )


def judge(name, verb, answer, who, policy, *, changed):
    """What is wrong with the answer; "" when nothing is."""
    status = answer.status_code
    if status >= 500 and not (name == "readyz" and status == 503):
        return f"crashed with {status}"
    least = policy.read if verb in READING else policy.write
    let_in = verb == "OPTIONS" or who >= least
    if verb in (*READING, "OPTIONS") and changed:
        return "reading changed something"
    if let_in:
        refused = status in {401, 403} and verb in READING
        refused = (
            refused and name not in FOR_ITS_WRITERS | FOR_EDITORS_IN_ORDER and not name.startswith(FOR_LIBRARIES_TO_SAY)
        )
        return f"should be let in, was answered {status}" if refused else ""
    if changed:
        return "changed something that this role may not change"
    if (
        status == 302
        and "/login/" not in answer.headers.get("Location", "")
        and not name.startswith(FOR_LIBRARIES_TO_SAY)
    ):
        return f"was redirected to {answer.headers['Location']}"
    return "" if status in TURNED_AWAY else f"should be turned away, was answered {status}"


@pytest.mark.django_db
def test_forms_are_refused_without_their_csrf_token(curator):
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(curator, backend="django.contrib.auth.backends.ModelBackend")
    samples = furnish()
    let_through = []
    for address in addresses():
        if policy_of(address).write == Who.NOBODY or address.name.startswith("admin:"):
            continue
        path = path_of(address, samples)
        answer = (
            client.post(path, {}, content_type="application/json") if path.startswith("/api/") else client.post(path)
        )
        if answer.status_code not in {401, 403, 404, 405, 415}:
            let_through.append(f"{address.name}: {answer.status_code}")
    assert not let_through


@pytest.mark.django_db
def test_every_page_carries_the_security_headers(client):
    for address in addresses():
        if policy_of(address).read != Who.EVERYONE or address.arguments:
            continue
        answer = client.get(path_of(address, {}))
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"], address
        assert "unsafe-inline" not in answer.headers["Content-Security-Policy"], address
        assert answer.headers["X-Content-Type-Options"] == "nosniff", address
        assert answer.headers["X-Frame-Options"] == "DENY", address
