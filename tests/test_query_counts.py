"""Reading any page or answer of the site takes as many queries with three hundred of everything as with three."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import Event, Notice, Subscription
from apps.catalogue.models import Entry, PublishedReference, PublishedTerm, TargetDossier
from apps.curation.models import BulkUpload, Comment, Flag, ReReview, Submission
from apps.literature.models import Candidate, ImportRun, Reference, RetractionFinding, SavedSearch
from apps.vocabularies.models import OntologyLoad, Target, TargetRequest, Term, TermRequest
from tests.factories.curation import make_editor
from tests.growing import grow
from tests.walk import Who, addresses, furnish, path_of, policy_of

GROWING = (
    Term, Target, TermRequest, TargetRequest, OntologyLoad,
    Reference, Candidate, ImportRun, SavedSearch, RetractionFinding,
    Entry, TargetDossier, PublishedReference, PublishedTerm,
    Submission, ReReview, BulkUpload, Comment, Flag,
    Notice, Subscription, Event,
)  # fmt: skip
#: What libraries answer, and what reads whatever there is as one file.
NOT_OURS = ("account_", "mfa_", "socialaccount_", "orcid_", "admin:")
FEW, MANY = 3, 300


@pytest.mark.django_db
def test_no_page_takes_more_queries_for_more_objects(administrator, subtests):
    samples = furnish()
    make_editor(administrator)
    client = Client()
    client.force_login(administrator, backend="django.contrib.auth.backends.ModelBackend")
    paths = {
        address.name: path_of(address, samples)
        for address in addresses()
        if address.name and not address.name.startswith(NOT_OURS) and policy_of(address).read < Who.NOBODY
    }
    counts = {}
    for more in (FEW, MANY):
        for model in GROWING:
            grow(model, more, owner=administrator)
        for name, path in paths.items():
            counts[name, more] = queries(client, path)
    for name, path in paths.items():
        with subtests.test(path=path):
            assert counts[name, MANY] <= counts[name, FEW], f"{name}: {counts[name, FEW]} and {counts[name, MANY]}"


def queries(client, path):
    """How many a second visit takes; what only a first one reads is kept by then."""
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        answer = client.get(path)
        b"".join(answer.streaming_content if answer.streaming else [])
    return len(captured)
