"""The database refuses what no content can rightly hold, and keeps all that the rules let pass."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.curation import constraints
from apps.curation.content import FIELD_NAMES, Content
from apps.curation.forms.fields import storable
from apps.curation.models import Submission
from apps.curation.rules import Facts, values
from tests.factories.curation import SubmissionFactory, make_draft, make_submitted

pytestmark = pytest.mark.django_db

CODED = [name for name in FIELD_NAMES if getattr(Submission._meta.get_field(name), "choices", None)]


def keep(submission, **columns):
    """Write the columns past all services."""
    with transaction.atomic():
        Submission.objects.filter(pk=submission.pk).update(**columns)


@pytest.mark.parametrize("name", CODED)
def test_a_code_of_no_list_is_refused_even_in_a_draft(name):
    draft = SubmissionFactory()
    keep(draft, **{name: ""})
    with pytest.raises(IntegrityError, match=f"{name}_known"):
        keep(draft, **{name: "made_up"})


@pytest.mark.parametrize("name", ["mechanisms", "quality"])
def test_a_ticked_code_of_no_list_is_refused(name):
    with pytest.raises(IntegrityError, match=f"{name}_known"):
        keep(SubmissionFactory(), **{name: ["made_up"]})


def test_a_study_of_nobody_is_refused():
    keep(SubmissionFactory(), sample_size=1)
    with pytest.raises(IntegrityError, match="sample_size_above_nought"):
        keep(SubmissionFactory(), sample_size=0)


NEVER = [
    ("interval_in_order", {"effect_measure": "other", "effect_value": 2, "ci_low": 3, "ci_high": 1}),
    ("interval_has_two_ends", {"effect_measure": "other", "effect_value": 2, "ci_low": 1}),
    ("effect_in_its_interval", {"effect_measure": "other", "effect_value": 9, "ci_low": 1, "ci_high": 3}),
    ("effect_has_measure", {"effect_value": 2}),
    ("effect_has_measure", {"effect_measure": "HR"}),
    ("ratio_above_nought", {"effect_measure": "HR", "effect_value": 0}),
    ("ratio_above_nought", {"effect_measure": "OR", "effect_value": 1, "ci_low": -1, "ci_high": 2}),
    ("fall_of_all_at_most", {"effect_measure": "percent", "effect_value": -101}),
    ("p_value_at_most_one", {"p_value": "1.2"}),
    ("p_value_at_most_one", {"p_value": "<-0.1"}),
    ("trial_ids_shaped", {"nct_ids": ["NCT01234567", "NCT7"]}),
    ("claim_has_place", {"author_claim": "Said.", "claim_place": ""}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "columns"), NEVER)
def test_what_is_never_right_is_refused_once_submitted_but_may_stand_in_a_draft(name, columns):
    draft, submitted = make_draft(), make_submitted(cancers=("DOID:3498",), outcome="metastasis")
    keep(draft, **columns)
    with pytest.raises(IntegrityError):
        keep(submitted, **columns)
    assert name in {constraint.name for constraint in constraints.of_content()}


numbers = st.none() | st.decimals(-200, 200, places=3).filter(storable) | st.sampled_from([Decimal(0), Decimal(-100)])
plain = st.fixed_dictionaries(
    {
        "effect_measure": st.sampled_from(["", "HR", "fold_change", "percent", "other"]),
        "effect_value": numbers,
        "ci_low": numbers,
        "ci_high": numbers,
        "p_value": st.sampled_from(
            ["", " ", "1", "1.0", "p = 0,03", "<0.001", "2E-20", "5 x 10^-7", "ns", "n.s.", "1.2", "12"]
        ),
        "sample_size": st.none() | st.integers(-1, 2000),
        "nct_ids": st.lists(st.sampled_from(["NCT01234567", "NCT07654321", "NCT1", ""]), max_size=3),
        "author_claim": st.sampled_from(["", " \n", "Said."]),
        "claim_place": st.sampled_from(["", "abstract", "page"]),
    }
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(columns=plain)
def test_what_the_rules_let_pass_the_database_keeps(submitted, columns):
    content = Content(**{**columns, "nct_ids": tuple(columns["nct_ids"])})
    if any(finding.stops for rule in values.RULES for finding in rule(content, Facts())):
        return
    keep(submitted, **columns)


@pytest.fixture
def submitted():
    return make_submitted()
