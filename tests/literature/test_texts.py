"""Texts with markup, made plain."""

import pytest

from apps.literature.formats.texts import plain, sections


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("The <i>CSF1R</i> axis &amp; H<sub>2</sub>O", "The CSF1R axis & H2O"),
        ("m&lt;sup&gt;6&lt;/sup&gt;A and &amp;lt;i&amp;gt;x&amp;lt;/i&amp;gt;", "m6A and x"),
        ('<span class="nocase">A</span> b<br/>c<p>d</p>', "A b c d"),
        ("<mml:math><mml:mi>x</mml:mi></mml:math><jats:tex-math>\\x</jats:tex-math>", "x"),
        ("p < 0.05, a <b and c> d &lt; e", "p < 0.05, a <b and c> d < e"),
        ("R&D, AT&T; 1 &copy 2 &nosuchthing;", "R&D, AT&T; 1 &copy 2 &nosuchthing;"),
        ("<!-- [if gte mso 9] -->A<!-- without end", "A<!-- without end"),
        ("A\x00\ud800\n\t  b\u00a0c", "A b c"),
    ],
)
def test_markup_is_taken_away_and_nothing_else(text, shown):
    assert plain(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<h4>Aims</h4>To look.<h4>Results:</h4>Seen.", "Aims: To look.\nResults: Seen."),
        ("<jats:title>Abstract</jats:title>\n<jats:p>One\n two.</jats:p><jats:p>Three.</jats:p>", "One two.\nThree."),
        ("No markup,\nthree  lines\n", "No markup, three lines"),
    ],
)
def test_sections_stand_on_lines_of_their_own(text, shown):
    assert sections(text) == shown
