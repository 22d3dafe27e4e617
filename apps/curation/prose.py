"""Markdown as people may write it in a discussion: no raw HTML, no headings, no pictures, links that vouch for nothing.

What comes out is cleaned once more by another library than the one that made it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

#: Rendering the worst text of this length takes a fraction of a second.
LONGEST = 6000
MOST_NAMED = 20

_MARKDOWN = MarkdownIt("commonmark", {"html": False, "maxNesting": 20}).disable(
    ["image", "heading", "lheading", "html_inline", "html_block"]
)
_TAGS = {"p", "br", "strong", "em", "code", "pre", "ul", "ol", "li", "blockquote", "a", "hr", "span"}
_NAMED = re.compile(r"(?<![\w@/.-])@([A-Za-z0-9](?:[A-Za-z0-9._-]{0,148}[A-Za-z0-9])?)")


@dataclass(frozen=True, slots=True)
class Prose:
    """A text that was read: whom it names, and how it looks."""

    tokens: list[Token]
    named: tuple[str, ...]

    def html(self, people: Mapping[str, str]) -> str:
        """As it stands on a page. ``people`` are those named, by username in lower case, with their names."""
        for token in self.tokens:
            if token.children:
                token.children = [one for child in _plain(token) for one in _marked(*child, people)]
        made = _MARKDOWN.renderer.render(self.tokens, _MARKDOWN.options, {})
        return nh3.clean(
            made,
            tags=_TAGS,
            attributes={"a": {"href", "title"}, "ol": {"start"}, "span": {"title"}},
            allowed_classes={"span": {"named"}},
            url_schemes={"http", "https", "mailto"},
            link_rel="nofollow noopener noreferrer ugc",
        )


def read(text: str) -> Prose:
    """Read a text of at most ``LONGEST`` characters. At most ``MOST_NAMED`` people are named by it."""
    tokens = _MARKDOWN.parse(text[:LONGEST])
    named: dict[str, None] = {}
    for token in tokens:
        for child, is_plain in _plain(token):
            if is_plain:
                named |= dict.fromkeys(name.lower() for name in _NAMED.findall(child.content))
    return Prose(tokens, tuple(named)[:MOST_NAMED])


def _plain(token: Token) -> Iterator[tuple[Token, bool]]:
    """The parts of a line, each with whether somebody may be named there: not in a link, nor in code."""
    in_link = 0
    for child in token.children or ():
        in_link += {"link_open": 1, "link_close": -1}.get(child.type, 0)
        yield child, child.type == "text" and not in_link


def _marked(child: Token, is_plain: bool, people: Mapping[str, str]) -> Iterator[Any]:
    """The part, with the people named in it as spans."""
    if not is_plain:
        yield child
        return
    end = 0
    for match in _NAMED.finditer(child.content):
        name = people.get(match[1].lower())
        if name is None:
            continue
        yield Token("text", "", 0, content=child.content[end : match.start()])
        span = f'<span class="named" title="{escape(name)}">@{escape(match[1])}</span>'
        yield Token("html_inline", "", 0, content=span)
        end = match.end()
    yield Token("text", "", 0, content=child.content[end:])
