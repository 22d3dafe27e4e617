import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts import orcid

fifteen_digits = st.text("0123456789", min_size=15, max_size=15)
KNOWN = ["0000-0002-1825-0097", "0000-0001-5109-3700", "0000-0002-1694-233X"]


def whole(digits: str) -> str:
    return digits + orcid.check_character(digits)


@pytest.mark.parametrize("known", KNOWN)
def test_an_orcid_id_that_orcid_itself_published_is_valid(known):
    assert orcid.normalise(known) == known


@given(fifteen_digits)
def test_what_is_normalised_stays_as_it_is(digits):
    once = orcid.normalise(whole(digits))
    assert orcid.normalise(once) == once
    assert once.replace("-", "") == whole(digits)
    orcid.validate(once)


@given(fifteen_digits, st.integers(0, 14), st.integers(1, 9))
def test_one_mistyped_digit_is_noticed(digits, place, shift):
    wrong = digits[:place] + str((int(digits[place]) + shift) % 10) + digits[place + 1 :]
    with pytest.raises(ValidationError, match="check digit"):
        orcid.normalise(wrong + orcid.check_character(digits))


@given(fifteen_digits, st.integers(0, 14))
def test_two_neighbours_changing_places_are_noticed(digits, place):
    characters = list(whole(digits))
    if characters[place] == characters[place + 1] or "X" in characters[place : place + 2]:
        return
    characters[place], characters[place + 1] = characters[place + 1], characters[place]
    with pytest.raises(ValidationError, match="check digit"):
        orcid.normalise("".join(characters))


@pytest.mark.parametrize(
    "form",
    [
        "https://orcid.org/0000-0002-1694-233X",
        "http://orcid.org/0000-0002-1694-233X/",
        "https://www.orcid.org/0000-0002-1694-233x",
        "orcid.org/0000-0002-1694-233X",
        "  000000021694233x ",
        "0000 0002 1694 233X",
        "0000–0002–1694–233X",
    ],
)
def test_every_usual_way_of_writing_is_understood(form):
    assert orcid.normalise(form) == "0000-0002-1694-233X"


@given(st.text(max_size=40))
def test_anything_else_is_refused_with_a_sentence_and_never_crashes(text):
    try:
        result, complaint = orcid.normalise(text), ""
    except ValidationError as error:
        result, complaint = "", error.message
    if result:
        orcid.validate(result)
    else:
        assert complaint.endswith(".")


@pytest.mark.parametrize(
    "text", ["", "0000-0002-1825-009", "0000-0002-1825-00977", "000X-0002-1825-0097", "٠٠٠٠-0002-1825-0097"]
)
def test_a_wrong_shape_says_what_the_shape_is(text):
    with pytest.raises(ValidationError, match="16 digits"):
        orcid.normalise(text)


def test_only_the_usual_form_is_stored():
    with pytest.raises(ValidationError, match="0000-0002-1825-0097"):
        orcid.validate("0000000218250097")
