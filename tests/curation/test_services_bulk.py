"""Tables of records: each row is taken or refused with its reason, and nothing is made twice."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import Event
from apps.accounts.services import set_role
from apps.core.exceptions import Refused
from apps.curation import services
from apps.curation.forms.rows import RowReader
from apps.curation.models import BulkUpload, Submission
from apps.curation.workflow import Status
from apps.literature.models import ImportRun
from tests.factories.bulk import checked, csv_of, drafted, row, sent, worked
from tests.factories.curation import ReferenceFactory, make_draft, make_submitted, make_terms

pytestmark = pytest.mark.django_db


def states(upload):
    return [each.state for each in upload.rows.order_by("number")]


def said(upload, number=2):
    """What is wrong with a row, each as “cell: message”."""
    found = upload.rows.get(number=number)
    return [f"{one['cell']}: {one['message']}" for one in found.problems]


def test_a_whole_row_is_complete_and_becomes_the_draft_that_it_says(curator):
    upload = drafted(curator, row())
    draft = upload.rows.get().submission
    assert (draft.submitter, draft.status, draft.target.symbol) == (curator, Status.DRAFT, "CSF1R")
    assert [term.label for term in draft.cancers.all()] == ["pancreatic ductal adenocarcinoma"]
    assert (draft.role, draft.level, draft.unread) == ("pro_tumour", "D1", {})
    assert services.findings(draft) == []


def test_a_row_that_lacks_something_becomes_a_draft_to_be_finished(curator):
    upload = checked(curator, row(summary=""))
    assert states(upload) == ["unfinished"]
    assert [one["field"] for one in upload.rows.get().findings] == ["summary"]
    upload = worked(services.draft_bulk(actor=curator, upload=upload))
    assert upload.rows.get().submission.summary == ""


def test_what_cannot_be_read_is_named_with_its_cell_and_keeps_the_row_from_being_taken(curator):
    upload = checked(curator, row(), row(target="CSFR", effect_value="about two", level="Z"))
    assert states(upload) == ["complete", "refused"]
    names = upload.fields
    cells = {one["cell"]: one["message"] for one in upload.rows.get(number=3).problems}
    assert cells[f"{chr(ord('A') + names.index('target'))}3"].startswith("There is no target named “CSFR”")
    assert "“about two” is not a number" in " ".join(cells.values())
    assert "“Z” is none of its values" in " ".join(cells.values())


def test_an_unreadable_cell_is_not_called_missing_as_well(curator):
    upload = checked(curator, row(species="Mus"))
    assert len(said(upload)) == 1
    assert upload.rows.get().findings == []


def test_a_publication_that_is_not_here_is_offered_for_import(curator, settings):
    settings.SOURCES_ENABLED = True
    upload = checked(
        curator, row(reference="PMID:1"), row(reference="pmid:1"), row(reference="10.5555/a.1"), row(reference="?")
    )
    assert states(upload) == ["refused"] * 4
    assert services.missing_publications(upload) == ["pmid:1", "doi:10.5555/a.1"]
    run = services.import_for_bulk(actor=curator, upload=upload)
    assert run.identifiers == ["pmid:1", "doi:10.5555/a.1"]
    ReferenceFactory(pmid=1)
    upload = worked(services.check_bulk_again(actor=curator, upload=upload))
    assert states(upload)[0] == "complete"
    assert ImportRun.objects.count() == 1


def test_a_row_without_a_publication_is_refused(curator):
    assert "rests on a publication" in said(checked(curator, row(reference="")))[0]


def test_the_same_claim_twice_in_one_table_is_taken_once(curator):
    reference = f"PMID:{ReferenceFactory().pmid}"
    upload = checked(curator, row(reference=reference), row(reference=reference, summary="In other words."))
    assert states(upload) == ["complete", "refused"]
    assert "Row 2 of this table says the same" in said(upload, 3)[0]


def test_a_claim_that_is_before_the_editors_is_known(curator, other_curator):
    there = make_submitted(other_curator)
    upload = checked(curator, row(reference=f"PMID:{there.reference.pmid}"))
    assert states(upload) == ["known"]
    assert f"submission {there.pk}" in said(upload)[0]


def test_ones_own_draft_is_known_and_anothers_is_not(curator, other_curator):
    mine, theirs = make_draft(curator), make_draft(other_curator)
    upload = checked(curator, *(row(reference=f"PMID:{each.reference.pmid}") for each in (mine, theirs)))
    assert states(upload) == ["known", "complete"]


def test_the_same_table_sent_again_is_the_one_that_is_here(curator, other_curator):
    content = csv_of(row(), row())
    upload = worked(services.draft_bulk(actor=curator, upload=checked(curator, content=content)))
    again = worked(sent(curator, content=content))
    assert again == upload
    assert Submission.objects.count() == 2
    with pytest.raises(Refused, match="No row is left"):
        services.draft_bulk(actor=curator, upload=again)
    assert sent(other_curator, content=content) != upload


def test_a_changed_table_makes_drafts_of_what_is_new_alone(curator):
    first, second = row(), row()
    drafted(curator, first)
    upload = drafted(curator, first, second)
    assert states(upload) == ["known", "complete"]
    assert Submission.objects.count() == 2


def test_two_clicks_make_no_second_draft(curator):
    upload = checked(curator, row())
    services.draft_bulk(actor=curator, upload=upload)
    with pytest.raises(Refused, match="still working"):
        services.draft_bulk(actor=curator, upload=upload)
    worked(upload)
    worked(upload)
    assert Submission.objects.count() == 1


def test_complete_rows_can_be_submitted_at_once(curator):
    upload = drafted(curator, row(), row(summary=""), submit=True)
    assert [each.status for each in Submission.objects.all()] == [Status.SUBMITTED]
    assert states(upload) == ["complete", "unfinished"]


def test_drafts_made_before_can_be_submitted_together(curator):
    upload = drafted(curator, row(), row())
    worked(services.draft_bulk(actor=curator, upload=upload, submit=True))
    assert {each.status for each in Submission.objects.all()} == {Status.SUBMITTED}


def test_a_row_is_looked_at_again_before_it_becomes_a_draft(curator):
    upload = checked(curator, row())
    reference = upload.rows.get()
    make_draft(curator, reference=ReferenceFactory._meta.model.objects.get().pk, cell_types=("CL:0000235",))
    upload = worked(services.draft_bulk(actor=curator, upload=upload))
    assert states(upload) == ["known"]
    assert reference.submission is None
    assert Submission.objects.count() == 1


def test_what_is_refused_when_the_draft_is_made_is_noted_at_its_row(curator, administrator):
    upload = services.draft_bulk(actor=curator, upload=checked(curator, row()))
    set_role(actor=administrator, person=curator, role="visitor", reason="Left.")
    upload = worked(upload)
    assert states(upload) == ["refused"]
    assert "Only curators" in said(upload)[0]


def test_an_example_row_is_left_out(curator):
    upload = checked(curator, row(note="EXAMPLE, not read"), row(note="mine"))
    assert [each.number for each in upload.rows.all()] == [3]


def test_a_table_is_its_senders_alone(curator, editor):
    upload = checked(curator, row())
    for verb in (services.check_bulk_again, services.draft_bulk, services.discard_bulk, services.import_for_bulk):
        with pytest.raises(Refused, match="no such table of yours"):
            verb(actor=editor, upload=upload)


def test_only_curators_send_tables(visitor):
    with pytest.raises(Refused, match="Only curators"):
        sent(visitor, row())


def test_a_table_thrown_away_leaves_its_drafts(curator):
    upload = drafted(curator, row())
    services.discard_bulk(actor=curator, upload=upload)
    assert Submission.objects.count() == 1
    assert Event.objects.filter(object_type="bulkupload", verb="discard").exists()


def test_a_fault_of_the_portal_stops_the_work_until_somebody_asks_again(curator):
    upload = sent(curator, row())

    def faulty(_texts):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        services.work_on_bulk(upload.pk, read=faulty)
    upload.refresh_from_db()
    assert upload.state == BulkUpload.State.FAILED
    assert services.waiting_bulk() == []
    assert states(worked(services.check_bulk_again(actor=curator, upload=upload))) == ["complete"]


def test_a_table_kept_since_before_a_field_was_renamed_is_still_checked(curator):
    upload = checked(curator, row(comparator="placebo"))
    upload.fields = ["compared_with" if name == "comparator" else name for name in upload.fields]
    upload.save()
    assert states(worked(services.check_bulk_again(actor=curator, upload=upload))) == ["complete"]


def test_a_table_that_nobody_works_on_is_found(curator):
    upload = sent(curator, row())
    assert services.waiting_bulk() == []
    BulkUpload.objects.update(worked_at="2020-01-01T00:00Z")
    assert services.waiting_bulk() == [upload.pk]


def test_names_that_come_again_are_looked_up_once(curator):
    make_terms()
    reference = f"PMID:{ReferenceFactory().pmid}"
    rows = [row(reference=reference, outcome=code) for code in ("tumour_growth", "metastasis", "toxicity")]
    read = RowReader()
    read(rows[0])
    with CaptureQueriesContext(
        connection,
    ) as queries:
        read(rows[1])
    assert len(queries) == 0
