"""The page on which a submission is reviewed."""

import re

import pytest

from apps.catalogue.models import TargetDossier
from tests.factories.curation import make_in_review, make_published

pytestmark = pytest.mark.django_db


def shown(client, person, submission):
    client.force_login(person)
    text = client.get(f"/review/{submission.pk}/").content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_the_reviewer_reads_what_approval_would_do_and_it_does_so(client, curator, editor):
    submission = make_in_review(curator, editor)
    text = shown(client, editor, submission)
    found = re.search(r"CSF1R would become (\w+) \(nothing is published of it yet\), score 0.0 → ([\d.]+)", text)
    assert found, text
    body = {"content_hash": submission.content_hash, "reason": ""}
    assert client.post(f"/review/{submission.pk}/approve/", body).status_code == 302
    dossier = TargetDossier.objects.get(target="HGNC:2433")
    assert (found[1].lower(), found[2]) == (dossier.tier, f"{dossier.score:.1f}")


def test_a_second_record_leaves_the_tier_and_says_what_it_gives(client, curator, editor):
    make_published(curator)
    text = shown(client, editor, make_in_review(curator, editor, summary="Shown once more, by others."))
    assert re.search(r"CSF1R would stay Limited , score [\d.]+ → [\d.]+", text), text
    assert re.search(r"macrophage · .+ · Inhibit: [\d.]+ → [\d.]+ points. This record gives [\d.]+ points", text), text


def test_nothing_is_foreseen_of_what_is_decided(client, curator, editor):
    assert "What approval would do" not in shown(client, editor, make_published(curator))


def test_the_entries_that_it_contradicts_are_named_with_what_differs(client, curator, editor):
    entry = make_published(curator)
    against = make_in_review(curator, editor, direction="contradicts", change="increased", level="E", system="organoid")
    text = shown(client, editor, against)
    assert "It contradicts 1 published entry" in text
    assert entry.record.accession in text
    assert "Experimental system" in text


def test_nothing_is_contradicted_by_what_says_the_same(client, curator, editor):
    make_published(curator)
    assert "It contradicts" not in shown(client, editor, make_in_review(curator, editor, summary="Once more."))
