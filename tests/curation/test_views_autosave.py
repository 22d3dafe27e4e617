"""A form that saves itself is answered by what its page shows anew, or by why nothing was saved."""

import json
import re
from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.curation import services
from apps.curation.content import Content
from apps.curation.forms import ContentForm
from apps.curation.models import Submission
from apps.curation.services.likeness import differing
from tests.factories.curation import complete_content, make_draft, make_published, make_submitted

pytestmark = pytest.mark.django_db

SITTING = "1b4e28ba-2fa1-11d2-883f-0016d3cca427"


def address(draft):
    return f"/workbench/submissions/{draft.pk}/edit/"


def fresh(draft):
    return Submission.objects.with_content().get(pk=draft.pk)


def typed(draft, person, **changes):
    """What the page sends of the form as it stands, with some fields typed over."""
    form = ContentForm(fresh(draft))
    texts = {name: form[name].value() for name in form.fields}
    count = fresh(draft).edit_count
    return texts | {"autosave": "1", "person": person.pk, "sitting": SITTING, "edit_count": count} | changes


def slot(response, name):
    """What the answer says in one place, as read."""
    html = response.content.decode()
    inside = re.search(rf'data-slot="{name}">(.*?)(?=<div data-slot=|\Z)', html, re.DOTALL)[1]
    return " ".join(re.sub(r"<[^>]+>", " ", inside).split())


def kind(response):
    return re.search(r'data-autosave="(\w+)"', response.content.decode())[1]


@pytest.fixture
def signed_in(client, curator):
    client.force_login(curator)
    return client


def test_the_draft_is_saved_and_what_is_left_told(signed_in, curator):
    draft = make_draft(curator, level="", summary="")
    answer = signed_in.post(address(draft), typed(draft, curator, level="E", sample_size="many"))

    assert kind(answer) == "saved"
    assert (fresh(draft).level, fresh(draft).unread) == ("E", {"sample_size": "many"})
    assert f'data-edit-count="{draft.edit_count + 1}"' in answer.content.decode()
    assert "2 things left" in slot(answer, "progress")
    assert "is not a count" in slot(answer, "problem-sample_size")
    assert slot(answer, "remark-summary") == "Still needed"
    assert slot(answer, "remark-level") == ""
    assert "correlative or in silico" in slot(answer, "standing")


def test_a_pasted_line_comes_back_in_parts(signed_in, curator):
    draft = make_draft(curator)
    answer = signed_in.post(
        address(draft), typed(draft, curator, effect_value="HR 0.58 (95% CI 0.41–0.82), p=0.002", sample_size="12")
    )
    filled = json.loads(re.search(r'data-fill="([^"]*)"', answer.content.decode())[1].replace("&quot;", '"'))

    assert filled == {
        "effect_value": "0.58", "effect_measure": "HR", "ci_low": "0.41", "ci_high": "0.82", "p_value": "0.002"
    }  # fmt: skip
    assert fresh(draft).sample_size == 12


def test_two_medians_are_refused_in_words(signed_in, curator):
    draft = make_draft(curator)
    answer = signed_in.post(address(draft), typed(draft, curator, effect_value="median OS 12.3 vs 8.1 months"))

    assert "two values side by side" in slot(answer, "problem-effect_value")
    assert fresh(draft).unread == {"effect_value": "median OS 12.3 vs 8.1 months"}


def test_whoever_is_signed_out_is_told_and_nothing_saved(client, curator):
    draft = make_draft(curator, summary="")
    answer = client.post(address(draft), typed(draft, curator, summary="Typed."))

    assert (answer.status_code, kind(answer)) == (403, "sign_in")
    assert fresh(draft).summary == ""


def test_a_page_of_before_signing_in_gets_a_token_to_try_again(curator):
    draft = make_draft(curator, summary="")
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(curator)
    answer = browser.post(address(draft), typed(draft, curator, summary="Typed."))

    assert (answer.status_code, kind(answer)) == (403, "retry")
    assert fresh(draft).summary == ""
    token = re.search(r'data-token="(\w+)"', answer.content.decode())[1]
    browser.post(address(draft), typed(draft, curator, summary="Typed.", csrfmiddlewaretoken=token))
    assert fresh(draft).summary == "Typed."


def test_text_of_one_person_is_not_saved_as_anothers(signed_in, curator, other_curator):
    draft = make_draft(other_curator, summary="")
    draft.co_editors.add(curator)
    answer = signed_in.post(address(draft), typed(draft, other_curator, summary="Typed."))

    assert (answer.status_code, kind(answer)) == (403, "stop")
    assert fresh(draft).summary == ""


def test_unseen_work_is_not_overwritten(signed_in, curator):
    draft = make_draft(curator, summary="Stored.")
    answer = signed_in.post(address(draft), typed(draft, curator, summary="Typed.", edit_count=0))

    assert (answer.status_code, kind(answer)) == (409, "stop")
    assert fresh(draft).summary == "Stored."


def test_what_is_submitted_elsewhere_in_the_meantime_stays(signed_in, curator):
    draft = make_draft(curator)
    page = typed(draft, curator, summary="Typed.")
    services.submit(actor=curator, submission=draft)
    answer = signed_in.post(address(draft), page)

    assert (answer.status_code, kind(answer)) == (409, "stop")
    assert "cannot edit" in answer.content.decode()


def test_a_draft_of_others_does_not_exist(signed_in, other_curator):
    draft = make_draft(other_curator)
    assert signed_in.post(address(draft), typed(draft, other_curator)).status_code == 404


@pytest.mark.parametrize("sitting", ["", "x", "²" * 36, "<b>" * 12])
def test_an_odd_name_of_a_sitting_is_none(signed_in, curator, sitting):
    draft = make_draft(curator)
    signed_in.post(address(draft), typed(draft, curator, summary="Typed.", sitting=sitting))
    assert (fresh(draft).summary, fresh(draft).sitting) == ("Typed.", "")


# --- near ones, side by side --------------------------------------------------------------------


def test_a_near_entry_stands_beside_the_draft_with_what_differs(signed_in, curator, other_curator, editor):
    published = make_published(other_curator, editor)
    draft = make_draft(curator, reference=published.reference_id, outcome="metastasis", level="E")
    page = " ".join(signed_in.get(address(draft)).content.decode().split())

    assert f"{published.record.accession}: differs in outcome, level" in page
    assert "<td>Metastasis</td><td>Tumour growth</td>" in page
    assert "Much the same is on record already" in page


def test_the_nearest_stands_first_and_the_very_same_before_it(signed_in, curator, other_curator):
    content = complete_content()
    far = make_submitted(
        other_curator,
        reference=content.reference,
        outcome="metastasis",
        level="E",
        change="unchanged",
        direction="no_effect",
    )
    near = make_submitted(other_curator, reference=content.reference, outcome="toxicity")
    draft = make_draft(curator, reference=content.reference, outcome="perfusion_permeability")
    assert [one.submission for one in services.alike(draft)] == [near, far]

    same = make_submitted(other_curator, reference=content.reference, outcome="perfusion_permeability")
    [first, *_] = services.alike(draft)
    assert (first.submission, first.same, first.differing) == (same, True, ())


def test_what_is_not_published_and_another_s_is_named_and_not_shown(signed_in, curator, other_curator):
    proposed = make_submitted(other_curator, comparator="a secret comparator", outcome="toxicity")
    draft = make_draft(curator, reference=proposed.reference_id)
    page = signed_in.get(address(draft)).content.decode()

    assert f"Submission {proposed.pk}, submitted" in page
    assert "another curator’s and not published yet" in page
    assert "Toxicity</td>" not in page


def test_the_form_costs_the_same_with_one_and_three_near_ones(signed_in, curator, other_curator):
    draft = make_draft(curator)

    def cost():
        signed_in.get(address(draft))  # so that the words of the vocabularies are read again before, not meanwhile
        with CaptureQueriesContext(connection) as queries:
            assert signed_in.get(address(draft)).status_code == 200
        return len(queries)

    make_submitted(other_curator, reference=draft.reference_id, outcome="toxicity")
    first = cost()
    for outcome in ("metastasis", "cell_function"):
        make_submitted(other_curator, reference=draft.reference_id, outcome=outcome)
    assert cost() == first


def test_what_is_not_filled_in_yet_is_no_difference():
    content = complete_content()
    assert differing(replace(content, outcome="", cancers=(), level="E"), content) == ("level",)
    assert differing(Content(), content) == ()
