"""Differences of wording in a page."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from tradeoffs import wording

register = template.Library()
TAGS = {"gone": "del", "new": "ins"}


@register.simple_tag
def word_diff(old: str, new: str) -> SafeString:
    """What went and what came, word by word."""
    return diff_pieces(wording.words(old or "", new or ""))


@register.simple_tag
def diff_pieces(pieces: Iterable[wording.Piece]) -> SafeString:
    """Pieces of a difference, marked up and escaped."""
    return format_html_join("", "{}", ((one(piece),) for piece in pieces))


def one(piece: wording.Piece) -> SafeString:
    tag = TAGS.get(piece.kind)
    if tag is None:
        return format_html("{}", piece.text)
    return format_html("<{}>{}</{}>", tag, piece.text, tag)
