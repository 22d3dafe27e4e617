"""News of the catalogue: who follows what is told once what became of it, whoever brought it about."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.accounts.models import Notice, Subscription
from apps.accounts.services import unsubscribe
from apps.catalogue import services as catalogue
from apps.catalogue.models import Entry
from apps.core.exceptions import Refused
from apps.curation import services, tasks
from apps.curation.models import NewsCursor
from apps.literature.models import RetractionState
from apps.vocabularies.models import Target
from tests.factories.accounts import UserFactory
from tests.factories.curation import make_editor, make_published, make_revision, make_terms
from tests.factories.retractions import make_finding
from tests.races import at_once

pytestmark = pytest.mark.django_db
Subject = Subscription.Subject
SEARCH = "cancer=DOID%3A3498&outcome=tumour_growth"


def news(person):
    rows = Notice.objects.of(person).filter(kind__in=["entry", "search_entry"]).order_by("pk")
    return list(rows.values_list("text", flat=True))


def follow(person, subject, key):
    return services.follow(actor=person, subject=subject, key=key)


def revise(submission):
    """Publish the next version of a record, by its author and another editor, who is returned."""
    editor = make_editor()
    revision = make_revision(submission.record.accession, submission.submitter, summary="Said better.")
    revision = services.claim(actor=editor, submission=revision)
    services.approve(actor=editor, submission=revision, content_hash=revision.content_hash, reason="")
    return editor


def test_followers_are_told_of_each_thing_once_and_not_of_what_was_before(visitor):
    published = make_published()
    accession = published.record.accession
    follow(visitor, Subject.ENTRY, accession)
    tasks.tell_news()
    assert news(visitor) == []
    catalogue.put_under_review(accession=accession, reason="The paper is doubted.", at=timezone.now())
    tasks.tell_news()
    tasks.tell_news()
    assert news(visitor) == [f"{accession} is under re-review: The paper is doubted."]
    catalogue.retract(accession=accession, reason="It was made up.")
    tasks.tell_news()
    assert news(visitor)[1:] == [f"{accession} was retracted: It was made up."]


def test_a_revision_is_told_to_followers_but_neither_to_its_author_twice_nor_to_its_editor(visitor):
    published = make_published()
    accession = published.record.accession
    tasks.tell_news()
    follow(visitor, Subject.ENTRY, accession)
    editor = revise(published)
    tasks.tell_news()
    tasks.tell_news()
    (text,) = news(visitor)
    assert text.startswith(f"Version 2 of {accession} is published: ")
    assert news(published.submitter) == []
    decisions = Notice.objects.of(published.submitter).filter(kind="decision")
    assert decisions.count() == 2
    assert news(editor) == []
    assert len(news(published.decisions.get().editor)) == 1, "the reviewer of the first version follows it"


def test_a_retraction_is_told_once_to_the_author_who_was_told_of_the_paper():
    published = make_published()
    tasks.tell_news()
    services.apply_finding(actor=None, finding=make_finding(published.reference, RetractionState.RETRACTED))
    tasks.tell_news()
    about = Notice.objects.of(published.submitter).exclude(kind__in=["decision", "review_step"])
    assert list(about.values_list("kind", flat=True)) == ["re_review"]


def test_one_event_one_notice_for_who_follows_entry_target_and_search(visitor):
    published = make_published()
    tasks.tell_news()
    accession = published.record.accession
    follow(visitor, Subject.ENTRY, accession)
    follow(visitor, Subject.TARGET, published.target.curie)
    follow(visitor, Subject.SEARCH, SEARCH)
    revise(published)
    tasks.tell_news()
    (notice,) = Notice.objects.of(visitor)
    assert notice.kind == "entry"
    assert notice.subscription.subject == Subject.ENTRY


def test_a_search_tells_of_new_entries_in_one_notice(visitor, curator):
    make_terms()
    follow(visitor, Subject.SEARCH, SEARCH + "&ordering=-changed&page_size=10&cursor=")
    follow(curator, Subject.SEARCH, "outcome=metastasis")
    first = make_published()
    second = make_published(species="NCBITaxon:10090", intervention="inhibit", line_of_therapy="second")
    make_published(outcome="cell_function")
    tasks.tell_news()
    (text,) = news(visitor)
    assert text.startswith(
        "2 entries are new or revised in your search “Cancer: pancreatic ductal adenocarcinoma; Outcome:"
    )
    assert first.record.accession in text
    assert second.record.accession in text
    assert news(curator) == []
    assert Notice.objects.of(visitor).get().url == f"/entries/?{SEARCH}"


def test_a_search_finds_what_is_below_its_terms_as_the_list_does(visitor):
    follow(visitor, Subject.SEARCH, "q=pexidartinib")
    make_published()
    tasks.tell_news()
    assert len(news(visitor)) == 1


@pytest.mark.parametrize("query", ["", "ordering=-changed", "level=Z", "cancer=DOID:nothing", "x" * 3000])
def test_what_is_no_search_is_refused(visitor, query):
    with pytest.raises(Refused):
        follow(visitor, Subject.SEARCH, query)


def test_who_muted_or_closed_the_account_is_not_told(visitor, curator):
    published = make_published()
    tasks.tell_news()
    for person in (visitor, curator):
        follow(person, Subject.ENTRY, published.record.accession)
    unsubscribe(person=visitor, subject=Subject.ENTRY, key=published.record.accession)
    curator.is_active = False
    curator.save()
    catalogue.retract(accession=published.record.accession, reason="It was made up.")
    tasks.tell_news()
    assert news(visitor) == news(curator) == []


def test_whoever_follows_a_merged_entry_follows_its_successor(visitor):
    first, heir = make_published(), make_published(outcome="metastasis")
    tasks.tell_news()
    follow(visitor, Subject.ENTRY, first.record.accession)
    catalogue.merge(accession=first.record.accession, successor=heir.record.accession, reason="The same claim.")
    tasks.tell_news()
    assert news(visitor) == [f"{first.record.accession} was merged into {heir.record.accession}: The same claim."]
    assert Subscription.objects.of(visitor).get().key == heir.record.accession
    catalogue.retract(accession=heir.record.accession, reason="It was made up.")
    tasks.tell_news()
    assert len(news(visitor)) == 2
    assert set(Subscription.objects.of(first.submitter).values_list("key", flat=True)) == {heir.record.accession}


def test_whoever_follows_a_merged_target_is_told_and_follows_its_heir(visitor):
    published = make_published()
    target = published.target
    follow(visitor, Subject.TARGET, target.curie)
    heir = Target.objects.create(curie="HGNC:1", symbol="HEIR", name="heir", classes=["myeloid"])
    Target.objects.filter(pk=target.pk).update(merged_into=heir)
    tasks.tell_news()
    tasks.tell_news()
    assert news(visitor) == [f"The target CSF1R ({target.curie}) was merged into HEIR."]
    assert Subscription.objects.of(visitor).get().key == "HGNC:1"


def test_those_who_take_part_follow_and_keep_their_mute():
    published = make_published()
    tasks.tell_news()
    author, editor = published.submitter, published.decisions.get().editor
    rows = {one.person_id: one.why for one in Subscription.objects.filter(subject=Subject.ENTRY)}
    assert rows == {author.pk: "author", editor.pk: "reviewer"}
    unsubscribe(person=author, subject=Subject.ENTRY, key=published.record.accession)
    NewsCursor.objects.update(told_to=0)
    tasks.tell_news()
    assert Subscription.objects.get(person=author, subject=Subject.ENTRY).muted


@pytest.mark.parametrize("count", [1, 6])
def test_a_batch_costs_the_same_for_many_entries_followers_and_searches(count, django_assert_max_num_queries):
    outcomes = ["tumour_growth", "metastasis", "cell_function", "immune_infiltration", "toxicity", "target_expression"]
    make_published(outcome=outcomes[0], change="decreased")
    tasks.tell_news()
    for n in range(count):
        person = UserFactory()
        follow(person, Subject.TARGET, "HGNC:2433")
        follow(person, Subject.SEARCH, f"cancer=DOID:3498&outcome={outcomes[n]}")
    for n in range(count):
        accession = Entry.objects.order_by("pk")[0].accession
        catalogue.put_under_review(accession=accession, reason=f"Look {n}.", at=timezone.now() + timedelta(seconds=n))
    services.tell_news()  # the searches are looked up once
    catalogue.retract(accession=accession, reason="It was made up.")
    with django_assert_max_num_queries(27):
        services.tell_news()


@pytest.mark.django_db(transaction=True)
def test_two_that_tell_at_once_tell_once():
    person, published = UserFactory(), make_published()
    follow(person, Subject.ENTRY, published.record.accession)
    tasks.tell_news()
    catalogue.retract(accession=published.record.accession, reason="It was made up.")
    at_once(services.tell_news, services.tell_news, services.tell_news)
    assert len(news(person)) == 1


def test_a_cut_between_two_batches_loses_and_doubles_nothing(visitor, monkeypatch):
    make_terms()
    follow(visitor, Subject.SEARCH, "cancer=DOID:3498")
    for outcome in ("tumour_growth", "metastasis", "cell_function"):
        make_published(outcome=outcome)
    monkeypatch.setattr("apps.curation.services.news.BATCH", 1)
    monkeypatch.setattr("apps.curation.services.news.MOST_BATCHES", 2)
    tasks.tell_news()
    assert len(news(visitor)) == 2
    tasks.tell_news()
    tasks.tell_news()
    assert len(news(visitor)) == 3
