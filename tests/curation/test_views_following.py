"""The buttons to follow: on entries, targets and filtered lists, for whoever is signed in."""

import pytest

from apps.accounts.models import Subscription
from apps.catalogue import services as catalogue
from apps.curation import services
from tests.factories.curation import make_published

pytestmark = pytest.mark.django_db


def text_of(answer):
    return answer.content.decode()


def test_entries_and_targets_are_followed_and_unfollowed_with_their_button(client, visitor):
    published = make_published()
    for page, subject, key in (
        (f"/entries/{published.record.accession}/", "entry", published.record.accession),
        (f"/targets/{published.target.curie}/", "target", published.target.curie),
    ):
        client.logout()
        assert ">Follow<" not in text_of(client.get(page))
        client.force_login(visitor)
        assert ">Follow<" in text_of(client.get(page))
        answer = client.post("/follow/", {"subject": subject, "key": key}, follow=True)
        assert "Stop following" in text_of(answer)
        answer = client.post("/follow/", {"subject": subject, "key": key, "end": "yes"}, follow=True)
        assert ">Follow<" in text_of(answer)
    assert [one.muted for one in Subscription.objects.all()] == [True, True]


def test_a_filtered_list_is_followed_whatever_the_order_of_its_parameters(client, visitor):
    make_published()
    client.force_login(visitor)
    assert "Follow this search" not in text_of(client.get("/entries/"))
    assert "Follow this search" in text_of(client.get("/entries/?outcome=tumour_growth&cancer=DOID:3498"))
    client.post("/follow/", {"subject": "search", "key": "outcome=tumour_growth&cancer=DOID:3498"})
    assert "Stop following" in text_of(client.get("/entries/?cancer=DOID:3498&outcome=tumour_growth&ordering=changed"))
    mine = Subscription.objects.get()
    assert mine.label == "Cancer: pancreatic ductal adenocarcinoma; Outcome: Tumour growth"
    client.post("/follow/", {"subject": "search", "key": mine.key, "end": "yes"})
    assert not Subscription.objects.exists()


@pytest.mark.parametrize(
    ("subject", "key", "status"),
    [
        ("entry", "TMEE:9999999", 404),
        ("target", "no", 404),
        ("submission", "1", 404),
        ("", "", 404),
        ("search", "level=Z", 302),
    ],
)
def test_what_is_not_there_is_not_followed(client, visitor, subject, key, status):
    client.force_login(visitor)
    assert client.post("/follow/", {"subject": subject, "key": key}).status_code == status
    assert not Subscription.objects.exists()


def test_an_entry_of_which_one_follows_the_successor(client, visitor):
    first, heir = make_published(), make_published(outcome="metastasis")
    catalogue.merge(accession=first.record.accession, successor=heir.record.accession, reason="The same.")
    followed = services.follow(actor=visitor, subject=Subscription.Subject.ENTRY, key=first.record.accession)
    assert followed.key == heir.record.accession
