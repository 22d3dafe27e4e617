"""What the columns of a content can never rightly hold, as constraints of the database.

Codes and counts are bound always. What a draft may hold half-finished, such as one end of an interval, is
bound from the day it is submitted; the rules have refused it by then, so these speak only to other ways in.
"""

from django.db.models import BooleanField, CheckConstraint, F, Func, Q, TextChoices

from apps.vocabularies import choices
from apps.vocabularies.choices import EffectMeasure

from .workflow import EDITABLE, Status

_CODES: dict[str, type[TextChoices]] = {
    "compartment": choices.Compartment,
    "component": choices.Component,
    "disease_setting": choices.DiseaseSetting,
    "role": choices.TargetRole,
    "intervention": choices.Intervention,
    "therapy_relation": choices.TherapyRelation,
    "outcome": choices.Outcome,
    "change": choices.Change,
    "effect_measure": choices.EffectMeasure,
    "evidence_type": choices.EvidenceType,
    "direction": choices.Direction,
    "level": choices.Level,
    "attribution": choices.Attribution,
    "system": choices.System,
    "immune_competence": choices.ImmuneCompetence,
    "stage": choices.Stage,
    "stop_reason": choices.StopReason,
    "claim_place": choices.ClaimPlace,
}
_LISTS_OF_CODES: dict[str, type[TextChoices]] = {"mechanisms": choices.TargetClass, "quality": choices.Quality}

_UNFINISHED = Q(status__in=[*sorted(EDITABLE), Status.WITHDRAWN])
_RATIO = Q(
    effect_measure__in=[
        EffectMeasure.HAZARD_RATIO,
        EffectMeasure.ODDS_RATIO,
        EffectMeasure.RELATIVE_RISK,
        EffectMeasure.FOLD_CHANGE,
    ]
)
#: A plain number below nought or above one; other spellings are for ``reading.p_value`` to judge.
_NO_PROBABILITY = r"^\s*[<>=≤≥]?\s*(-[0-9.,·]+|0*([2-9]|[1-9][0-9]+)([.,·][0-9]*)?|0*1[.,·]0*[1-9][0-9]*)\s*$"
_BLANK = r"^\s*$"


def _at_least(name: str, number: int) -> Q:
    return Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__gte": number})


class TrialIdsShaped(Func):
    """Whether every one of a list of ids is NCT and eight digits."""

    template = "(array_to_string(%(expressions)s, ';') || ';') ~ '^((NCT[0-9]{8};)+|;)$'"
    output_field = BooleanField()


def _once_submitted(name: str, condition: Q) -> CheckConstraint:
    return CheckConstraint(condition=_UNFINISHED | condition, name=name)


def of_content() -> list[CheckConstraint]:
    """Those of the columns that ``content.Content`` is kept in."""
    return [
        *(
            CheckConstraint(condition=Q(**{f"{name}__in": ["", *kind.values]}), name=f"{name}_known")
            for name, kind in _CODES.items()
        ),
        *(
            CheckConstraint(condition=Q(**{f"{name}__contained_by": kind.values}), name=f"{name}_known")
            for name, kind in _LISTS_OF_CODES.items()
        ),
        CheckConstraint(condition=_at_least("sample_size", 1), name="sample_size_above_nought"),
        _once_submitted(
            "interval_in_order",
            Q(ci_low__isnull=True) | Q(ci_high__isnull=True) | Q(ci_low__lte=F("ci_high")),
        ),
        _once_submitted(
            "interval_has_two_ends",
            Q(ci_low__isnull=True, ci_high__isnull=True) | Q(ci_low__isnull=False, ci_high__isnull=False),
        ),
        _once_submitted(
            "effect_in_its_interval",
            Q(ci_low__isnull=True)
            | Q(ci_high__isnull=True)
            | Q(effect_value__gte=F("ci_low"), effect_value__lte=F("ci_high")),
        ),
        _once_submitted(
            "effect_has_measure",
            Q(effect_value__isnull=True, effect_measure="") | (Q(effect_value__isnull=False) & ~Q(effect_measure="")),
        ),
        _once_submitted(
            "ratio_above_nought",
            ~_RATIO | (Q(effect_value__gt=0) & _at_least("ci_low", 0) & _at_least("ci_high", 0)),
        ),
        _once_submitted("fall_of_all_at_most", ~Q(effect_measure=EffectMeasure.PERCENT) | Q(effect_value__gte=-100)),
        _once_submitted("p_value_at_most_one", ~Q(p_value__regex=_NO_PROBABILITY)),
        _once_submitted("trial_ids_shaped", Q(TrialIdsShaped("nct_ids"))),
        _once_submitted("claim_has_place", Q(author_claim__regex=_BLANK) | ~Q(claim_place="")),
    ]
