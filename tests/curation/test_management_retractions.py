"""``check_retractions``: looks without keeping anything, unless it is told to apply."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.models import Event
from apps.curation.models import ReReview
from apps.literature.choices import RetractionState, Source
from apps.literature.formats.retractions import RetractionReport
from apps.literature.models import Reference, RetractionFinding
from tests.factories.curation import ReferenceFactory, make_published
from tests.factories.retractions import retracted, table

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(db):
    return make_published(reference=ReferenceFactory(pmid=101, title="Of macrophages").pk)


@pytest.fixture
def csv(tmp_path):
    path = tmp_path / "retractions.csv"
    path.write_bytes(table(retracted(101), retracted(5, nature="Gossip")).getvalue())
    return path


def run(*args):
    out = io.StringIO()
    call_command("check_retractions", *args, stdout=out)
    return out.getvalue()


def test_a_dry_run_says_what_would_be_touched_and_keeps_nothing(published, csv):
    events = Event.objects.count()
    out = run("--csv", str(csv))
    assert "2 reports, 1 about publications here." in out
    assert f"PMID 101, “Of macrophages”: retracted, says Retraction Watch. Touches {published.record.accession}" in out
    assert "5: “Gossip” is no nature" in out
    assert "1 finding would be applied (nothing was kept; --apply does it)." in out
    assert not RetractionFinding.objects.exists()
    assert Event.objects.count() == events


def test_applying_does_what_the_dry_run_said(published, csv):
    looked = json.loads(run("--csv", str(csv), "--json"))
    applied = json.loads(run("--csv", str(csv), "--json", "--apply"))
    assert (looked["applied"], applied["applied"]) == (False, True)
    assert looked["findings"] == applied["findings"]
    (finding,) = applied["findings"]
    assert finding["entries"] == [published.record.accession]
    assert finding["noticed_on"] == "2021-05-03"
    assert published.submitter.username in finding["people"]
    assert ReReview.objects.count() == 1
    assert Reference.objects.get().retraction_state == "retracted"
    assert json.loads(run("--csv", str(csv), "--json", "--apply"))["findings"] == []


def test_without_a_table_the_services_are_asked(published, monkeypatch):
    report = RetractionReport(pmid=101, state=RetractionState.RETRACTED, source=Source.PUBMED)
    monkeypatch.setattr("apps.literature.services.ask_sources", lambda: iter([report]))
    assert "says PubMed" in run()


@pytest.mark.parametrize("content", [b"a,b\n", None])
def test_a_file_that_cannot_be_read_is_told(tmp_path, content):
    path = tmp_path / "wrong.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CommandError, match=r"no column|cannot be opened"):
        run("--csv", str(path))
