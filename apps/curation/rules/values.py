"""Rules on single values and their neighbours: numbers, trial ids, the quoted claim."""

import re
from collections.abc import Iterator
from decimal import Decimal

from apps.vocabularies.choices import ClaimPlace, EffectMeasure, Outcome, Quality

from .. import reading
from ..content import Content
from .base import Facts, Finding, error, label, warning

RATIOS = {
    EffectMeasure.HAZARD_RATIO,
    EffectMeasure.ODDS_RATIO,
    EffectMeasure.RELATIVE_RISK,
    EffectMeasure.FOLD_CHANGE,
}
_NCT = re.compile(r"NCT[0-9]{8}", re.ASCII)
CLAIM_LIMIT = 600


def effect(content: Content, _facts: Facts) -> Iterator[Finding]:
    """An effect has a measure, lies in its interval and in the range of its measure."""
    rule = "effect"
    value, low, high = content.effect_value, content.ci_low, content.ci_high
    if value is not None and not content.effect_measure:
        yield error(
            rule, "effect_measure", "An effect is given without its measure.", "Choose the measure (HR, OR, …)."
        )
    if value is None and content.effect_measure:
        yield error(rule, "effect_value", "A measure is chosen, but no effect given.", "Give the effect, or clear it.")
    if (low is None) != (high is None):
        field = "ci_low" if low is None else "ci_high"
        yield error(rule, field, "Only one end of the interval is given.", "Give both ends, or neither.")
    if low is not None and high is not None:
        yield from _interval(rule, value, low, high)
    for field, number in (("effect_value", value), ("ci_low", low), ("ci_high", high)):
        yield from _range(rule, field, number, content)


def _interval(rule: str, value: Decimal | None, low: Decimal, high: Decimal) -> Iterator[Finding]:
    if not (low.is_finite() and high.is_finite()):
        return
    if low > high:
        yield error(rule, "ci_low", "The interval ends before it begins.", "Swap its two ends.")
    elif value is None:
        yield error(rule, "effect_value", "An interval is given without the effect it is about.", "Give the effect.")
    elif value.is_finite() and not low <= value <= high:
        yield error(
            rule,
            "effect_value",
            f"The effect {value} lies outside its interval {low} to {high}.",
            "Correct one of them.",
        )


def _range(rule: str, field: str, number: Decimal | None, content: Content) -> Iterator[Finding]:
    if number is None:
        return
    measure = content.effect_measure
    if not number.is_finite():
        yield error(rule, field, "This is not a number.", "Give a number.")
    elif measure in RATIOS and (number <= 0 if field == "effect_value" else number < 0):
        yield error(rule, field, f"{label(EffectMeasure, measure)} is above zero.", "Give it as a ratio, such as 0.58.")
    elif measure == EffectMeasure.PERCENT and number < -100:
        yield error(rule, field, "Nothing can fall by more than 100%.", "Correct the percentage.")
    elif measure == EffectMeasure.PERCENT and content.outcome == Outcome.RESPONSE_RATE and number > 100:
        yield error(rule, field, "A response rate is at most 100%.", "Correct the percentage.")


def numbers(content: Content, _facts: Facts) -> Iterator[Finding]:
    """p between 0 and 1, at least one sample, and no interval claimed that is not given."""
    if content.p_value.strip() and reading.p_value(content.p_value) is None:
        yield error(
            "p-value",
            "p_value",
            f"“{content.p_value}” is no p value.",
            "Write it as 0.03, <0.001 or “ns”; it lies between 0 and 1.",
        )
    if content.sample_size is not None and content.sample_size < 1:
        yield error("sample-size", "sample_size", "A study has at least one sample.", "Correct the sample size.")
    if Quality.EFFECT_WITH_INTERVAL in content.quality and content.ci_low is None:
        yield warning(
            "quality",
            "quality",
            "The checklist says that the effect is given with an interval, but none is entered.",
            "Enter the interval, or untick the answer.",
        )


def trials(content: Content, _facts: Facts) -> Iterator[Finding]:
    """Trial ids look like NCT01234567."""
    wrong = [trial for trial in content.nct_ids if not _NCT.fullmatch(trial)]
    if wrong:
        yield error("trial-id", "nct_ids", f"“{wrong[0]}” is no trial id.", "An NCT id is NCT and eight digits.")


def claim(content: Content, facts: Facts) -> Iterator[Finding]:
    """The author claim is a short quotation with its place; from the abstract, it stands there word for word."""
    rule, text = "author-claim", content.author_claim.strip()
    if not text:
        return
    if len(text) > CLAIM_LIMIT:
        yield error(
            rule,
            "author_claim",
            f"The quotation has {len(text)} characters; at most {CLAIM_LIMIT} are fair to quote.",
            "Keep the sentence that matters.",
        )
    if not content.claim_place:
        yield error(rule, "claim_place", "The quotation has no place.", "Choose where in the paper it stands.")
    if content.claim_place not in {"", ClaimPlace.ABSTRACT} and not content.claim_place_detail.strip():
        place = label(ClaimPlace, content.claim_place).lower()
        yield warning(rule, "claim_place_detail", f"Which {place} it is from is not said.", f"Name the {place}.")
    abstract = facts.reference.abstract if facts.reference else ""
    if content.claim_place == ClaimPlace.ABSTRACT and abstract and _flat(text) not in _flat(abstract):
        yield warning(
            rule,
            "author_claim",
            "The abstract does not contain these words.",
            "Quote it word for word, or choose another place.",
        )


def _flat(text: str) -> str:
    """Letters and digits only: line breaks, dashes, quotes and case are not the author's words."""
    return "".join(character for character in text.casefold() if character.isalnum())


RULES = (effect, numbers, trials, claim)
