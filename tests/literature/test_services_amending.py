"""Corrections by hand: they stay, they are told, and nobody writes over what they have not seen."""

import pytest

from apps.accounts.models import Event
from apps.core.exceptions import Refused
from apps.literature.choices import Source
from apps.literature.formats.citation import Citation
from apps.literature.models import Reference, TextBacklog
from apps.literature.services import amend_reference, edition_of, upsert_citations
from tests.races import at_once

pytestmark = pytest.mark.django_db


def reference(**facts) -> Reference:
    upsert_citations([Citation(1, **{"pmid": 5, "title": "A title", "source": Source.PUBMED, **facts})])
    return Reference.objects.get(pmid=5)


def amended(actor, one: Reference, *, reason: str = "", **values) -> Reference:
    return amend_reference(actor=actor, reference=one, values=values, edition=edition_of(one), reason=reason)


def test_a_correction_is_the_curators_word_from_then_on(curator):
    one = reference(abstract="Old")
    TextBacklog.objects.all().delete()
    amended(curator, one, abstract="  By \x00hand  \n\n second line ", year=2020, nct_ids=["nct00000001", ""])
    reference(abstract="New", year=2021, nct_ids=("NCT00000009",), volume="7")
    one.refresh_from_db()
    assert (one.abstract, one.year, one.nct_ids) == ("By hand\nsecond line", 2020, ["NCT00000001"])
    assert one.volume == "7"
    assert one.provenance == {"*": "pubmed", "abstract": "curator", "year": "curator", "nct_ids": "curator"}
    assert one.pk in TextBacklog.objects.first().reference_ids
    event = Event.objects.of_object(one).get(verb="amend")
    assert event.actor == curator
    assert event.data["changed"]["abstract"] == ["Old", "By hand\nsecond line"]
    assert set(event.data["changed"]) == {"abstract", "year", "nct_ids"}


def test_what_a_curator_emptied_is_not_filled_again(curator):
    one = amended(curator, reference(abstract="Of another paper"), abstract="")
    reference(abstract="Of another paper", title="New")
    one.refresh_from_db()
    assert (one.abstract, one.title) == ("", "New")


def test_the_same_again_changes_nothing(curator):
    one = reference()
    amended(curator, one, title="A  title")
    assert Reference.objects.get().provenance == {"*": "pubmed"}
    assert not Event.objects.exists()


def test_what_was_changed_meanwhile_is_not_written_over(curator):
    one = reference()
    edition = edition_of(one)
    reference(title="By an import")
    with pytest.raises(Refused) as refusal:
        amend_reference(actor=curator, reference=one, values={"title": "Mine"}, edition=edition)
    assert refusal.value.code == "stale"
    assert Reference.objects.get().title == "By an import"


def test_a_change_elsewhere_does_not_disturb(curator):
    one = reference()
    edition = edition_of(one)
    reference(mesh_terms=("Mice",))
    amend_reference(actor=curator, reference=one, values={"title": "Mine"}, edition=edition)
    assert (Reference.objects.get().title, Reference.objects.get().mesh_terms) == ("Mine", ["Mice"])


def test_a_state_is_raised_with_a_reason_and_an_import_may_raise_it_further(curator):
    one = amended(curator, reference(), retraction_state="corrected", reason="The journal says so.")
    event = Event.objects.of_object(one).get()
    assert (event.verb, event.from_state, event.to_state) == ("retraction state", "none", "corrected")
    assert event.reason == "The journal says so."
    reference(retraction_state="retracted")
    assert Reference.objects.get().retraction_state == "retracted"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": " "}, "title"),
        ({"year": 1200}, "year"),
        ({"journal": "J" * 601}, "journal"),
        ({"reference_type": "poem"}, "reference_type"),
        ({"nct_ids": ["NCT1"]}, "nct_ids"),
        ({"retraction_state": "none"}, "retraction_state"),
        ({"retraction_state": "retracted"}, "reason"),
    ],
)
def test_what_nobody_can_mean_is_refused_at_its_field(curator, values, field):
    one = reference(retraction_state="corrected")
    with pytest.raises(Refused) as refusal:
        amended(curator, one, **values)
    assert refusal.value.field == field
    assert not Event.objects.exists()


def test_a_visitor_amends_nothing(visitor):
    with pytest.raises(Refused) as refusal:
        amended(visitor, reference(), title="Mine")
    assert refusal.value.code == "forbidden"


def test_what_was_merged_is_amended_no_more(curator):
    upsert_citations([Citation(1, title="T", pmid=5), Citation(2, title="T", doi="10.1000/a")])
    gone = Reference.objects.get(doi="10.1000/a")
    upsert_citations([Citation(1, title="T", pmid=5, doi="10.1000/a")])
    with pytest.raises(Refused, match="merged"):
        amended(curator, gone, title="Mine")


@pytest.mark.django_db(transaction=True)
def test_an_import_at_the_same_time_takes_nothing_back(curator):
    for n in range(5):
        one = reference(title=f"Round {n}")
        edition = edition_of(one)
        at_once(
            lambda one=one, edition=edition, n=n: amend_reference(
                actor=curator, reference=one, values={"journal": f"J {n}"}, edition=edition
            ),
            lambda n=n: reference(title=f"Round {n}", mesh_terms=(f"Mice {n}",)),
        )
        one.refresh_from_db()
        assert (one.journal, one.mesh_terms) == (f"J {n}", [f"Mice {n}"])
