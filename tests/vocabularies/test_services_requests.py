"""Terms that are missed: asked for, decided on by somebody else, and of use in between."""

import pytest
from django.db import IntegrityError, transaction

from apps.accounts.models import Event, Notice
from apps.core.exceptions import Refused
from apps.vocabularies import services
from apps.vocabularies.choices import RequestState, TermStatus, Vocabulary
from apps.vocabularies.models import Term, TermRequest
from apps.vocabularies.sources import LocalTerm
from tests.factories.vocabularies import TermFactory, said, wish

pytestmark = pytest.mark.django_db


def history(term):
    events = Event.objects.filter(object_type="term", object_id=str(term.pk))
    return [(event.verb, event.actor, event.to_state) for event in events]


class TestAsking:
    def test_makes_a_pending_term_of_our_own_below_its_parent(self, curator):
        request = wish(curator, synonyms=("LRRC15 CAF",))
        term = request.term
        assert (term.curie, term.status, term.source) == ("TMECS:0100001", TermStatus.PENDING, "local")
        assert ([str(parent) for parent in term.parents.all()], term.synonyms) == (["fibroblast"], ["LRRC15 CAF"])
        assert (request.asked_by, request.reason, request.is_open) == (curator, "A paper is about them.", True)
        assert history(term) == [("request", curator, "pending")]

    def test_each_vocabulary_counts_by_itself_above_the_numbers_of_the_seeds(self, curator):
        TermFactory(curie="TMECS:0000040", vocabulary=Vocabulary.CELL_STATE)
        first = wish(curator)
        second = wish(curator, label="another state")
        tissue = TermFactory(curie="UBERON:0000001", vocabulary=Vocabulary.TISSUE)
        third = wish(curator, vocabulary="tissue", label="niche", parents=(tissue.curie,))
        assert [one.term.curie for one in (first, second, third)] == ["TMECS:0100001", "TMECS:0100002", "TMETI:0100001"]

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"label": "  "}, "label"),
            ({"label": "x" * 201}, "label"),
            ({"definition": ""}, "definition"),
            ({"vocabulary": "other"}, "vocabulary"),
            ({"vocabulary": "planets"}, "vocabulary"),
            ({"parents": ()}, "parents"),
            ({"parents": ("CL:7777777",)}, "parents"),
            ({"synonyms": ("x" * 201,)}, "synonyms"),
        ],
    )
    def test_what_is_missing_or_wrong_is_named(self, curator, changes, field):
        with pytest.raises(Refused) as refused:
            wish(curator, **changes)
        assert refused.value.field == field
        assert not TermRequest.objects.exists()

    def test_a_reason_is_needed(self, curator):
        with pytest.raises(Refused) as refused:
            services.request_term(actor=curator, said=said(), reason=" ")
        assert refused.value.field == "reason"

    def test_a_therapy_needs_no_parent(self, curator):
        assert wish(curator, vocabulary="therapy", label="TME-1", parents=()).term.curie == "TMETX:0100001"

    def test_what_exists_or_is_asked_for_already_is_not_asked_for_again(self, curator, other_curator):
        wish(curator, synonyms=("LRRC15 CAF",))
        for label in ("LRRC15-positive fibroblast", "lrrc15 caf"):
            with pytest.raises(Refused) as refused:
                wish(other_curator, label=label)
            assert refused.value.code == "duplicate"
            assert "awaits a decision" in refused.value.reason

    def test_a_parent_has_to_be_in_use(self, curator):
        pending = wish(curator).term
        with pytest.raises(Refused) as refused:
            wish(curator, label="another", parents=(pending.curie,))
        assert refused.value.field == "parents"

    def test_visitors_do_not_ask(self, visitor):
        with pytest.raises(Refused) as refused:
            wish(visitor)
        assert refused.value.code == "forbidden"


class TestDeciding:
    def test_approval_makes_it_a_term_like_any_other_and_tells_the_asker(self, curator, editor):
        request = wish(curator)
        term = services.approve_request(actor=editor, request=request)
        assert term in Term.objects.usable()
        request.refresh_from_db()
        assert (request.state, request.decided_by) == (RequestState.APPROVED, editor)
        assert history(term)[-1] == ("approved", editor, "approved")
        notice = Notice.objects.get(person=curator)
        assert (notice.kind, "was approved." in notice.text) == (Notice.Kind.REQUEST_DECIDED, True)

    def test_approval_may_change_the_words_and_the_place(self, curator, editor):
        request = wish(curator)
        TermFactory(curie="CL:0000001", label="stromal cell")
        changed = said(label="LRRC15+ CAF", parents=("CL:0000001",))
        term = services.approve_request(actor=editor, request=request, said=changed)
        assert (term.label, [parent.curie for parent in term.parents.all()]) == ("LRRC15+ CAF", ["CL:0000001"])
        assert Event.objects.filter(verb="approved").get().data == {"changed": ["label", "parents"]}
        assert "with changes" in Notice.objects.get().text

    def test_declining_needs_a_reason_which_the_asker_reads(self, curator, editor):
        request = wish(curator)
        with pytest.raises(Refused) as refused:
            services.decline_request(actor=editor, request=request, answer=" ")
        assert refused.value.field == "answer"
        term = services.decline_request(actor=editor, request=request, answer="It is no state.")
        assert (term.status, term in Term.objects.choosable()) == (TermStatus.DECLINED, False)
        assert "It is no state." in Notice.objects.get(person=curator).text

    def test_what_exists_already_takes_its_place(self, curator, editor):
        request = wish(curator)
        known = TermFactory(curie="TMECS:0000001", vocabulary=Vocabulary.CELL_STATE, label="CAF")
        term = services.answer_request_with(actor=editor, request=request, instead=known)
        assert (term.status, term.replaced_by) == (TermStatus.DECLINED, known)
        assert "choose CAF (TMECS:0000001)" in Notice.objects.get(person=curator).text

    def test_what_stands_in_is_in_use_and_of_the_same_vocabulary(self, curator, editor):
        request = wish(curator)
        fibroblast = Term.objects.get(label="fibroblast")
        for other in (fibroblast, request.term, wish(curator, label="another").term):
            with pytest.raises(Refused) as refused:
                services.answer_request_with(actor=editor, request=request, instead=other)
            assert refused.value.field == "instead"

    def test_nobody_decides_on_their_own_wish(self, editor):
        request = wish(editor)
        with pytest.raises(Refused, match="another editor"):
            services.approve_request(actor=editor, request=request)
        with pytest.raises(IntegrityError), transaction.atomic():
            TermRequest.objects.update(state="approved", decided_by=editor, decided_at=request.asked_at)

    def test_curators_do_not_decide(self, curator, other_curator):
        request = wish(curator)
        with pytest.raises(Refused) as refused:
            services.decline_request(actor=other_curator, request=request, answer="No.")
        assert refused.value.code == "forbidden"

    def test_a_request_is_decided_on_once(self, curator, editor, other_editor):
        request = wish(curator)
        services.approve_request(actor=editor, request=request)
        with pytest.raises(Refused) as refused:
            services.decline_request(actor=other_editor, request=request, answer="No.")
        assert refused.value.code == "state"
        assert Notice.objects.count() == 1


class TestLocalTerms:
    def test_editors_add_them_without_being_asked(self, editor):
        term = services.add_local_term(actor=editor, said=said())
        assert (term.status, history(term)) == (TermStatus.APPROVED, [("create", editor, "approved")])

    def test_editors_change_them_and_only_changes_are_told(self, editor):
        term = services.add_local_term(actor=editor, said=said())
        services.change_local_term(actor=editor, term=term, said=said(definition="Other words."))
        services.change_local_term(actor=editor, term=term, said=said(definition="Other words."))
        assert [verb for verb, *_ in history(term)] == ["create", "update"]

    def test_a_term_never_hangs_below_itself(self, editor):
        term = services.add_local_term(actor=editor, said=said())
        below = services.add_local_term(actor=editor, said=said(label="below", parents=(term.curie,)))
        with pytest.raises(Refused, match="below itself"):
            services.change_local_term(actor=editor, term=term, said=said(parents=(below.curie,)))

    def test_they_retire_with_what_replaces_them(self, editor):
        term = services.add_local_term(actor=editor, said=said())
        heir = services.add_local_term(actor=editor, said=said(label="heir"))
        services.retire_local_term(actor=editor, term=term, reason="Said twice.", successor=heir)
        term.refresh_from_db()
        assert (term.obsolete, term.replaced_by) == (True, heir)
        with pytest.raises(Refused, match="obsolete already"):
            services.retire_local_term(actor=editor, term=term, reason="Again.")

    def test_a_term_of_an_ontology_stays_as_it_was_loaded(self, editor):
        term = TermFactory(curie="CL:0000057", label="fibroblast")
        with pytest.raises(Refused, match="belongs to an ontology"):
            services.change_local_term(
                actor=editor, term=term, said=LocalTerm(vocabulary="cell_type", label="x", definition="y")
            )

    @pytest.mark.parametrize("who", ["curator", "visitor"])
    def test_nobody_else_touches_them(self, request, editor, who):
        term = services.add_local_term(actor=editor, said=said())
        person = request.getfixturevalue(who)
        for verb, rest in (
            (services.add_local_term, {"said": said(label="other")}),
            (services.change_local_term, {"term": term, "said": said(label="other")}),
            (services.retire_local_term, {"term": term, "reason": "Because."}),
        ):
            with pytest.raises(Refused) as refused:
                verb(actor=person, **rest)
            assert refused.value.code == "forbidden"
