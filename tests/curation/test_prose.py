"""Markdown in discussions: what it becomes, what it never becomes, and what the worst text costs."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.curation.prose import LONGEST, MOST_NAMED, read

PEOPLE = {"carla": "Carla <b>Curator</b>", "o.mar-1": "Omar"}


def html(text, people=PEOPLE):
    return read(text).html(people)


def test_what_people_may_write():
    made = html("*a* **b** `c`\n\n> quoted\n\n1. one\n2. two\n\n[link](https://example.org/x)")
    for part in ("<em>a</em>", "<strong>b</strong>", "<code>c</code>", "<blockquote>", "<ol>", "<li>one</li>"):
        assert part in made
    assert '<a href="https://example.org/x" rel="nofollow noopener noreferrer ugc">link</a>' in made


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![picture](https://elsewhere.example/pixel.png)",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "[x](vbscript:x)",
        '[x](https://a.example "onmouseover=alert(1)")',
        "<javascript:alert(1)>",
        "# heading\n\ntitle\n=====",
        "<style>*{display:none}</style>",
        "a <b onclick=x>b</b>",
        "@carla<script>",
    ],
)
def test_what_it_never_becomes(text):
    made = html(text)
    for bad in ("<script", "<img", "<style", "<h1", "<b ", 'href="javascript', 'href="data', 'href="vbscript', "<b>"):
        assert bad not in made


def test_people_are_named_in_words_alone():
    text = "@Carla and @o.mar-1. Not me@carla.example, `@carla`, [@carla](https://x.example), @nobody, @@carla"
    assert set(read(text).named) == {"carla", "o.mar-1", "nobody"}
    made = html(text)
    assert made.count('class="named"') == 2
    assert '<span class="named" title="Carla &lt;b&gt;Curator&lt;/b&gt;">@Carla</span>' in made
    assert "@nobody" in made


def test_not_everybody_can_be_named():
    assert len(read(" ".join(f"@p{n}" for n in range(100))).named) == MOST_NAMED


WORST = {
    "brackets": "[",
    "links": "[](",
    "stars": "*a ",
    "mixed": "**a _b",
    "quotes": "> ",
    "angle": "<",
    "pictures": "![",
    "half links": "[a](<b",
    "entities": "&",
    "definitions": "[a]: /x\n",
    "lines": "a\n",
    "names": "@a ",
    "ticks": "`",
}


@pytest.mark.parametrize("part", WORST.values(), ids=WORST)
def test_the_worst_text_costs_little(part):
    text = (part * LONGEST)[:LONGEST]
    begun = time.process_time()
    html(text)
    assert time.process_time() - begun < 2


@settings(max_examples=60)
@given(st.text(alphabet="<>[]()!*_`@#&;:/\\\"'ab \n-1.", max_size=300))
def test_nothing_typed_makes_a_tag_that_is_not_allowed(text):
    import re

    made = html(text)
    tags = set(re.findall(r"<\s*/?\s*([a-zA-Z0-9]+)", made))
    assert tags <= {"p", "br", "strong", "em", "code", "pre", "ul", "ol", "li", "blockquote", "a", "hr", "span"}
    assert not re.search(r"<[^>]*\son\w+=", made)
