"""User text in Markdown, rendered and then sanitised by an allow-list."""

import re
from collections.abc import Iterator, Sequence

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = {
    "p", "br", "hr", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li",
    "h3", "h4", "h5", "h6", "a", "table", "thead", "tbody", "tr", "th", "td", "span",
}  # fmt: skip

NAMED = "at-name"
"""The class of a name that a comment addresses; no text can give itself any class."""

_parser = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(
    ["table", "strikethrough"]
)


def lower_headings(tokens) -> None:
    """A text stands below the page's own h1 and h2."""
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + 2)}"


def plain_texts(tokens: Sequence[Token]) -> Iterator[tuple[Token, int]]:
    """(parent, place among its children) of every text that is neither code nor a link's."""
    for token in tokens:
        inside = 0
        for index, child in enumerate(token.children or ()):
            inside += child.type == "link_open"
            inside -= child.type == "link_close"
            if child.type == "text" and not inside:
                yield token, index


def texts(text: str) -> list[str]:
    """What a text says outside its code and links, piece by piece."""
    found = plain_texts(_parser.parse(text or ""))
    return [(parent.children or [])[index].content for parent, index in found]


def fold(name: str) -> str:
    """A name in the one form that all its spellings in capital and small letters share.

    More than `str.lower` folds: re.IGNORECASE takes İ for i and ſ for s, so this must as well.
    """
    return name.replace("İ", "i").replace("ı", "i").casefold()


def after_an_at(names: Sequence[str]) -> re.Pattern[str]:
    """Finds these names after an @ that begins a word, the longest first, in any case."""
    longest_first = sorted(names, key=len, reverse=True)
    each = "|".join(re.escape(name) for name in longest_first)
    return re.compile(rf"(?<![\w@./])@({each})(?!\w)", re.IGNORECASE)


AN_AT = re.compile(r"(?<![\w@./])@(\w[\w.-]*\w|\w)")
"""An @ that begins a word, and the word."""


def mark_names(tokens: Sequence[Token], names: Sequence[str]) -> None:
    """Set these names, each after its @, apart from the words around them."""
    pattern = after_an_at(names)
    for parent, index in plain_texts(tokens):
        token = (parent.children or [])[index]
        html = pattern.sub(r'<span class="at-name">@\1</span>', escape(token.content))
        if html != escape(token.content):
            token.type, token.content = "html_inline", html


def render(text: str, names: Sequence[str] = ()) -> SafeString:
    """Markdown to HTML without scripts, styles, images or raw HTML.

    names: set apart where they stand after an @, outside of code and links
    """
    tokens = _parser.parse(text or "")
    lower_headings(tokens)
    if names:
        mark_names(tokens, [escape(name) for name in names])
    html = _parser.renderer.render(tokens, _parser.options, {})
    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        allowed_classes={"span": {NAMED}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener nofollow",
    )
    return mark_safe(clean)  # noqa: S308 - sanitised by nh3 just above
