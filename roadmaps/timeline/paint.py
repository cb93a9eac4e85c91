"""A drawing that stands alone: classes become attributes, in the colours of the light theme."""

import re
from collections.abc import Callable
from functools import cache, lru_cache

from django.conf import settings

TOKEN = re.compile(r"--([\w-]+): (?:light-dark\()?(#[0-9A-Fa-f]{6})")

# In the order of the style sheets: of two classes that set one attribute the later one counts.
# A word after `$` is a token.
LOOKS: dict[str, dict[str, str]] = {
    "whole": {"fill": "$ink-2"},
    **{
        f"f{name}": {"fill": f"${token}"}
        for name, token in {
            "50": "p50", "85": "p85", "95": "p95", "done": "done", "ink": "ink",
            "surface": "surface", "ok": "ok", "warn": "warn", "bad": "bad",
        }.items()
    },
    "fhatch": {"fill": "url(#hatch)"},
    "hatch-bg": {"fill": "$debt-bg"},
    "hatch-line": {"stroke": "$debt", "stroke-width": "1.5"},
    **{
        f"s-{name}": {"stroke": f"${token}", "fill": "none"}
        for name, token in {
            "grid": "grid", "line": "line", "axis": "line-strong", "ink": "ink", "50": "p50",
            "ok": "ok", "warn": "warn", "bad": "bad",
        }.items()
    },
    "t-ink": {"fill": "$ink"},
    "t-3": {"fill": "$ink-3"},
    "t-b": {"fill": "$ink", "font-weight": "600"},
    "tm": {"fill": "$ink-3"},
    "w": {"fill": "$ink"},
    "lab": {
        "stroke": "$surface", "stroke-width": "3", "stroke-linejoin": "round",
        "paint-order": "stroke",
    },
    "pinmark": {
        "fill": "none", "stroke": "$surface", "stroke-width": "2", "stroke-linejoin": "round"
    },
    "ghost": {"fill": "none", "stroke": "$line-strong"},
    "noest": {"fill": "none", "stroke": "$line-strong", "stroke-dasharray": "3 2"},
    "cap85": {"fill": "none", "stroke": "$p50", "stroke-width": "1.5"},
    "dep": {"fill": "none", "stroke": "$line-strong"},
    "w2": {"stroke-width": "1.5"},
    "w3": {"stroke-width": "2"},
    "risk": {"stroke": "$c2"},
    "viol": {"stroke": "$bad"},
    "mid": {"stroke-width": "1.5"},
    "heavy": {"stroke-width": "3"},
    "capacity": {"stroke-dasharray": "2 2"},
    "glyph": {
        "fill": "none", "stroke-width": "1.75", "stroke-linecap": "round",
        "stroke-linejoin": "round",
    },
    "shade": {"fill": "$ink", "fill-opacity": ".045"},
    "halo": {"fill": "$surface"},
    "today": {"stroke": "$accent", "stroke-width": "1.5"},
    "pill-today": {"fill": "$accent-solid"},
    "on-solid": {"fill": "$on-solid", "font-weight": "600"},
}  # fmt: skip
ORDER = {name: at for at, name in enumerate(LOOKS)}


@cache
def colours() -> dict[str, str]:
    """Name of a token -> its colour in the light theme."""
    text = (settings.BASE_DIR / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
    return dict(TOKEN.findall(text))


@lru_cache(maxsize=512)
def attributes(classes: str) -> str:
    """What an element with these classes looks like, as its own attributes."""
    names = sorted(filter(ORDER.__contains__, classes.split()), key=ORDER.__getitem__)
    looks: dict[str, str] = {}
    for name in names:
        looks |= LOOKS[name]
    return "".join(
        f' {name}="{colours()[value[1:]] if value.startswith("$") else value}"'
        for name, value in looks.items()
    )


def painted(drawing: str) -> str:
    """The same drawing without classes, ids and words that only a page of the app needs.

    Text of a person cannot look like an attribute here: its quotes are escaped.
    """
    drawing = drawing.replace(' id="today"', "").replace(' aria-hidden="true"', "")
    return exchanged(drawing, "class", attributes)


def exchanged(drawing: str, name: str, by: Callable[[str], str]) -> str:
    """The same with other text in the place of each attribute of a name.

    Splitting at a word is several times as fast as a pattern: there are thousands of them.
    """
    before, *parts = drawing.split(f' {name}="')
    found = [part.partition('"') for part in parts]
    known = {value: by(value) for value in {value for value, _quote, _rest in found}}
    return before + "".join([known[value] + rest for value, _quote, rest in found])
