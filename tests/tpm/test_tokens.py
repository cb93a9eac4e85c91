"""Contrast, computed from tokens.css: what `docs/interface.md` promises of every colour."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parents[2] / "static" / "css"
TOKENS = (CSS / "tokens.css").read_text()
THEMES = ("light", "dark")
SURFACES = ("canvas", "surface", "inset", "hover", "selected")
TEXTS = ("ink", "ink-2", "ink-3", "accent")
STATUSES = ("ok", "warn", "bad", "debt", "trade")
SERIES = ("c1", "c2", "c3", "c4", "c5", "c6", "c7")


def read_tokens() -> dict[str, dict[str, str]]:
    """Theme to token to #RRGGBB, for the tokens that are plain colours."""
    found: dict[str, dict[str, str]] = {"light": {}, "dark": {}}
    pairs = re.findall(
        r"--([\w-]+):\s*light-dark\((#[0-9A-Fa-f]{6}),\s*(#[0-9A-Fa-f]{6})\);", TOKENS
    )
    for name, light, dark in pairs:
        found["light"][name], found["dark"][name] = light, dark
    for name, both in re.findall(r"--([\w-]+):\s*(#[0-9A-Fa-f]{6});", TOKENS):
        found["light"][name] = found["dark"][name] = both
    return found


COLOURS = read_tokens()


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(theme: str, front: str, back: str) -> float:
    a, b = sorted((luminance(COLOURS[theme][front]), luminance(COLOURS[theme][back])), reverse=True)
    return (a + 0.05) / (b + 0.05)


def test_black_on_white_is_21_to_1():
    assert (luminance("#FFFFFF") + 0.05) / (luminance("#000000") + 0.05) == pytest.approx(21)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("surface", SURFACES)
def test_text_can_be_read_on_every_surface(theme, text, surface):
    assert contrast(theme, text, surface) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("ground", ["tint", "surface", "canvas"])
def test_a_status_can_be_read_on_its_own_tint(theme, status, ground):
    assert contrast(theme, status, f"{status}-bg" if ground == "tint" else ground) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("solid", ["accent-solid", "accent-solid-hover", "bad-solid"])
def test_the_text_of_solid_buttons_can_be_read(theme, solid):
    assert contrast(theme, "on-solid", solid) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("surface", ["canvas", "surface", "inset"])
def test_borders_of_controls_can_be_seen(theme, surface):
    assert contrast(theme, "line-strong", surface) >= 3


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("series", [*SERIES, "p50"])
def test_a_chart_series_can_be_seen_on_the_surface(theme, series):
    assert contrast(theme, series, "surface") >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_the_three_steps_of_certainty_get_fainter(theme):
    steps = [contrast(theme, step, "surface") for step in ("p50", "p85", "p95")]
    assert steps == sorted(steps, reverse=True)


@pytest.mark.parametrize("name", ["app.css", "debt.css", "decisions.css"])
def test_no_other_file_names_a_colour(name):
    text = re.sub(r"/\*.*?\*/", "", (CSS / name).read_text(), flags=re.S)
    named = re.findall(r"#[0-9A-Fa-f]{3,8}\b(?![^{}]*\{)|\bhsl\(|\boklch\(", text)
    assert named == []
