"""Drawings: well-formed, escaped in every text, and named."""

import datetime as dt
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpm import charts, svg

NASTY = "<b>&\"'</b>"
DAY = dt.date(2027, 1, 4)


def day(offset: int) -> dt.date:
    return DAY + dt.timedelta(days=offset)


BINS = [(day(7 * week), share) for week, share in enumerate((0.1, 0.3, 0.3, 0.2, 0.1))]


def finish(**options) -> str:
    known = {"p50": day(16), "p85": day(28), "p95": day(33), "title": NASTY}
    return charts.finish_chart(BINS, **known | options)


DRAWINGS = {
    "finish": lambda: finish(target=day(20)),
    "finish without its running share": lambda: finish(cumulative=False),
    "why bar": lambda: svg.why_bar([(NASTY, 3, "f50"), ("drag", 1, "fhatch")], title=NASTY),
    "spark": lambda: svg.spark([1, None, 2, 3], target=2, title=NASTY),
    "spark of nothing": lambda: svg.spark([None], title=NASTY),
    "interval": lambda: svg.interval_bar(1, 2, 3, most=4, limit=2, title=NASTY),
    "estimate": lambda: svg.estimate_bar(1, 2, 3, most=4, title=NASTY),
    "share": lambda: svg.share_bar(0.4, title=NASTY),
    "moved": lambda: svg.moved(day(1), day(9), start=DAY, end=day(20), target=day(4), title=NASTY),
    "step": lambda: svg.step_bar(1, 4, least=-2, most=9, title=NASTY),
}


@pytest.fixture(params=DRAWINGS, ids=str)
def drawn(request) -> str:
    return DRAWINGS[request.param]()


def test_every_drawing_is_well_formed_whatever_its_texts_hold(drawn):
    ElementTree.fromstring(drawn)


def test_a_drawing_has_its_title_and_no_markup_of_the_user(drawn):
    root = ElementTree.fromstring(drawn)
    assert root.find("title").text == NASTY
    assert root.get("role") == "img"
    assert root.find(".//b") is None


def test_a_drawing_carries_no_style_and_no_script(drawn):
    assert "style=" not in drawn
    assert "<script" not in drawn


def test_texts_from_people_are_escaped_in_descriptions_too():
    root = ElementTree.fromstring(svg.why_bar([(NASTY, 3, "f50")], title="Why"))
    assert NASTY in root.find("desc").text


def test_an_attribute_is_escaped():
    made = ElementTree.fromstring(svg.el("rect", data_name=NASTY))
    assert made.get("data-name") == NASTY


def test_a_drawing_without_a_title_is_hidden_from_readers():
    assert 'aria-hidden="true"' in svg.range_bar(day(1), day(2), start=DAY, end=day(9))


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_a_share_stays_within_the_drawing(share):
    if share == share:
        assert 0 <= float(svg.pct(share).rstrip("%")) <= 100


def widths(drawn: str, fill: str) -> float:
    root = ElementTree.fromstring(drawn)
    rects = [rect for rect in root.iter("rect") if rect.get("class") == fill]
    return sum(float(rect.get("width").rstrip("%")) for rect in rects)


def test_the_parts_of_a_why_bar_fill_it():
    drawn = svg.why_bar([("a", 3, "f50"), ("b", 1, "f85"), ("c", 0, "f95")], title="Why")
    assert widths(drawn, "f50") == pytest.approx(75, abs=0.5)
    assert widths(drawn, "f85") == pytest.approx(25, abs=0.5)
    assert widths(drawn, "f95") == 0


def test_p50_splits_the_histogram_in_colour():
    root = ElementTree.fromstring(finish())
    split = 16 / 35 * 100
    for rect in root.iter("rect"):
        left = float(rect.get("x").rstrip("%"))
        assert (rect.get("class") == "f50") == (left < split - 0.01)


def test_the_description_says_dates_and_chance_in_words():
    desc = ElementTree.fromstring(finish(target=day(20), target_share=0.71)).find("desc").text
    assert desc == "P50 20 Jan 2027, P85 1 Feb 2027, P95 6 Feb 2027. Target 24 Jan 2027: 71 %."


def test_the_running_share_reads_off_inside_a_bin():
    assert charts.running_share(BINS, 7, day(-1)) == 0
    assert charts.running_share(BINS, 7, day(6)) == pytest.approx(0.1)
    assert charts.running_share(BINS, 7, day(13)) == pytest.approx(0.4)
    assert charts.running_share(BINS, 7, day(99)) == pytest.approx(1)


def test_a_chart_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one bin"):
        charts.finish_chart([], p50=DAY, p85=DAY, p95=DAY, title="x")


def test_all_trials_on_one_day_still_draw():
    ElementTree.fromstring(charts.finish_chart([(DAY, 1.0)], p50=DAY, p85=DAY, p95=DAY, title="x"))
