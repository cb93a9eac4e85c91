"""Days as pixels, rows under each other, arrows between them, and the load at the foot."""

import datetime
import re

import pytest

from roadmaps.filters import ItemFilter
from roadmaps.timeline import arrows, backdrop, bars, capacity
from roadmaps.timeline.address import Address
from roadmaps.timeline.bars import Detail, Drawing
from roadmaps.timeline.lanes import LANE, LATER, ROW, Row, arrange, blocks_of, places_of, windows_of
from roadmaps.timeline.scale import ZOOMS, Scale, first_of, next_first, scale_over, zoom_of
from roadmaps.timeline.words import Saying

D = datetime.date
TODAY = D(2026, 3, 4)
NOBODY = dict.fromkeys(Row._fields)


def row(number: int = 1, **fields) -> Row:
    plain = {
        "id": number, "key": f"PAY-{number}", "title": f"Item {number}", "state": "planned",
        "kind": "feature", "pinned": False, "start": D(2026, 3, 9), "p50": D(2026, 3, 20),
        "p85": D(2026, 4, 3), "p95": D(2026, 4, 17), "basis": "typed", "days": 5.0,
    }  # fmt: skip
    return Row(**NOBODY | plain | fields)


def scale() -> Scale:
    return Scale(D(2026, 3, 1), D(2027, 3, 1), ZOOMS["month"])


def draw(one: Row, detail: Detail | None = None, said: Saying | None = None, quiet="") -> str:
    return bars.bar(one, detail or Detail(), Drawing(scale(), TODAY), said or Saying(), quiet)


# The scale


def test_fit_makes_a_day_as_wide_as_the_plan_allows():
    zoom = zoom_of("fit", [TODAY, TODAY + datetime.timedelta(days=430)], TODAY)
    assert 1.3 < zoom.pixels < 1.6
    assert (zoom.name, zoom.upper) == ("fit", "quarter")


def test_every_zoom_has_heads_whose_units_follow_each_other():
    for zoom in ZOOMS.values():
        made = scale_over([TODAY], today=TODAY, zoom=zoom)
        for unit in filter(None, (zoom.upper, zoom.lower, zoom.ticks)):
            firsts = list(made.firsts(unit))
            assert firsts == sorted(set(firsts))


def test_a_day_at_month_zoom_is_two_pixels_wide():
    assert scale().x(D(2026, 3, 11)) == 20
    assert scale().after(D(2026, 3, 11)) == 22


def test_days_off_the_scale_lie_on_its_edge():
    assert scale().x(D(2020, 1, 1)) == 0
    assert scale().x(D(2040, 1, 1)) == scale().width


@pytest.mark.parametrize(
    ("unit", "first", "after"),
    [
        ("week", D(2026, 12, 28), D(2027, 1, 4)),
        ("month", D(2026, 12, 1), D(2027, 1, 1)),
        ("quarter", D(2026, 10, 1), D(2027, 1, 1)),
        ("year", D(2026, 1, 1), D(2027, 1, 1)),
    ],
)
def test_units_begin_on_their_first_day_and_follow_over_the_year(unit, first, after):
    assert first_of(D(2026, 12, 30), unit) == first
    assert next_first(first, unit) == after


def test_a_scale_reaches_every_day_and_goes_on_for_the_words_beside_the_last_bar():
    made = scale_over([D(2026, 1, 15), None, D(2030, 6, 1)], today=TODAY, zoom=ZOOMS["month"])
    assert made.start == D(2026, 1, 1)
    assert made.width - made.x(D(2030, 6, 1)) >= 150


def test_a_scale_does_not_follow_a_stray_date_for_ever():
    made = scale_over([D(1990, 1, 1), D(2190, 1, 1)], today=TODAY, zoom=ZOOMS["year"])
    assert made.start.year >= 2023
    assert made.end.year <= 2040


def test_the_head_names_quarters_over_months():
    head = backdrop.head_svg(scale(), TODAY, [])
    assert "Q2 2026" in head
    assert ">Apr<" in head


def test_a_freeze_is_shaded_and_named_and_a_holiday_only_shaded():
    freeze = backdrop.Closure(D(2026, 6, 1), D(2026, 6, 20), "Freeze <b>")
    head = backdrop.head_svg(
        scale(), TODAY, [freeze, backdrop.Closure(D(2026, 9, 1), D(2026, 9, 1))]
    )
    assert "Freeze &lt;b&gt;" in head
    assert head.count('class="shade"') == 2


# Lanes


def test_rows_stand_in_the_lane_of_their_objective_and_the_rest_below():
    titles = {"o7": "Fast", "none": "Rest", LATER: "Later"}
    found = arrange([row(1, objective=7), row(2)], "objective", titles)
    assert [(lane.name, [one.key for one, _ in lane.rows]) for lane in found] == [
        ("o7", ["PAY-1"]), ("none", ["PAY-2"]), (LATER, []),
    ]  # fmt: skip


def test_what_has_no_dates_stands_in_the_last_lane():
    idea = row(1, state="idea", start=None, p50=None, p85=None, p95=None, basis=None)
    found = arrange([idea, row(2)], "none", {"none": "All", LATER: "Later"})
    assert [one.key for one, _ in found[-1].rows] == ["PAY-1"]


def test_work_whose_end_is_out_of_sight_keeps_its_lane():
    far = row(1, objective=7, p50=None, p85=None, p95=None)
    found = arrange([far], "objective", {"o7": "Fast", LATER: "Later"})
    assert [one.key for one, _ in found[0].rows] == ["PAY-1"]


def test_without_a_forecast_planned_rows_keep_their_lane():
    bare = row(1, start=None, p50=None, p85=None, p95=None, basis=None)
    found = arrange([bare], "none", {"none": "All", LATER: "Later"}, computed=False)
    assert found[0].rows


def test_parts_stand_right_below_their_whole_one_step_deeper():
    found = arrange([row(1), row(2), row(3, parent=1)], "none", {"none": "All", LATER: "Later"})
    assert [(one.key, depth) for one, depth in found[0].rows] == [
        ("PAY-1", 0), ("PAY-3", 1), ("PAY-2", 0),
    ]  # fmt: skip


def test_a_circle_of_parents_hides_no_row():
    found = arrange([row(1, parent=2), row(2, parent=1)], "none", {"none": "All", LATER: "Later"})
    assert len(found[0].rows) == 2


def test_a_folded_lane_shows_its_head_alone():
    lanes = arrange([row(1), row(2)], "none", {"none": "All", LATER: "Later"}, shut=["none"])
    assert [place.row for place in places_of(lanes)] == [None, None]


def test_sums_leave_out_a_whole_whose_parts_are_counted():
    lanes = arrange(
        [row(1, basis="children", days=9), row(2, parent=1, days=3)],
        "none",
        {"none": "All", LATER: "Later"},
    )
    assert lanes[0].days == 3


def test_windows_together_are_as_high_as_all_their_lines():
    lanes = arrange([row(n) for n in range(1, 151)], "none", {"none": "All", LATER: "Later"})
    windows = windows_of(places_of(lanes))
    assert [len(window.places) for window in windows] == [26, 26, 26, 26, 26, 22]
    assert sum(window.height for window in windows) == 150 * ROW + 2 * LANE
    assert windows[1].y == LANE + 25 * ROW


def test_a_plan_of_thousands_is_a_few_gaps_that_hold_every_line():
    lanes = arrange([row(n) for n in range(1, 5001)], "none", {"none": "All", LATER: "Later"})
    windows = windows_of(places_of(lanes))
    found = blocks_of(windows)
    assert len(found) <= 20
    assert [window for block in found for window in block.windows] == windows
    assert [each.first for each in found[1:]] == [each.last + 1 for each in found[:-1]]
    assert (found[0].first, found[-1].last) == (1, 5002)
    assert sum(each.height for each in found) == 5000 * ROW + 2 * LANE


# Bars


def test_a_bar_is_solid_to_its_p50_and_lighter_and_thinner_to_p85_and_p95():
    found = draw(row())
    assert re.search(r'class="f50" d="M19 7H40V21', found)
    assert re.search(r'class="f85" d="M39 9H68V19', found)
    assert 'class="cap85" d="M68 7.5V20.5"' in found
    assert re.search(r'class="f95" d="M68 12H96V16', found)


def test_drag_is_hatched_at_the_end_of_the_solid_part():
    found = draw(row(), Detail(drag=5))
    assert 'class="fhatch" d="M26 7H40V21H26Z"' in found


def test_a_faster_team_has_nothing_to_hatch():
    assert "fhatch" not in draw(row(), Detail(drag=-2))


def test_drag_is_never_drawn_longer_than_what_is_left_of_the_bar():
    found = draw(row(start=D(2026, 2, 2), state="in_progress"), Detail(drag=500))
    assert 'class="fhatch" d="M6 7H40V21H6Z"' in found


def test_progress_is_the_share_of_the_work_that_is_behind():
    begun = row(state="in_progress", started_on=D(2026, 3, 2), start=D(2026, 3, 2))
    found = draw(begun, Detail(effort=2))
    assert 'class="fsurface" x="6" y="13" width="15"' in found


def test_finished_work_is_plain():
    found = draw(row(state="done", started_on=D(2026, 3, 2), finished_on=D(2026, 3, 6)))
    assert 'class="fdone"' in found
    assert "f50" not in found
    assert "f85" not in found


def test_work_without_an_estimate_is_an_outline_with_a_question():
    found = draw(row(basis="table", days=None))
    assert 'class="noest"' in found
    assert ">?</text>" in found
    assert "f50" not in found


def test_a_milestone_is_a_diamond_with_a_whisker():
    found = draw(row(kind="milestone", start=D(2026, 3, 20)))
    assert 'class="f50" d="M31 14 38 7 45 14 38 21Z"' in found
    assert 'class="cap85" d="M38 14H66M66 9V19"' in found


def test_a_target_carries_its_mark_and_its_tone():
    found = draw(row(target=D(2026, 3, 31)), said=Saying("bad", "12 %, 9 d late"))
    assert 'class="flag fbad" d="M57 2H67L62 8ZM61.25 7h1.5v18h-1.5z"' in found
    assert bars.PATHS["bad"] in found
    assert "12 %, 9 d late" in found


def test_a_baseline_is_a_bracket_under_the_bar():
    found = draw(row(), Detail(baseline=(D(2026, 3, 3), D(2026, 3, 12))))
    assert 'class="ghost" d="M4.5 23V28M4.5 25.5H23.5M23.5 23V28"' in found


def test_words_near_the_right_edge_stand_left_of_the_bar():
    right = draw(row(), quiet="Rails")
    far = {
        "start": D(2027, 2, 1),
        "p50": D(2027, 2, 10),
        "p85": D(2027, 2, 20),
        "p95": D(2027, 2, 27),
    }
    left = draw(row(**far), quiet="Rails of the long name")
    assert 'x="104" y="18"' in right
    x = float(re.search(r'<text class="lab tm" x="([\d.]+)" y="18"', left)[1])
    assert x + 22 * bars.LETTER < scale().x(D(2027, 2, 1))


def test_what_people_typed_is_escaped_beside_the_bar():
    found = draw(row(), said=Saying("ok", '<b>&"'), quiet='<i>&"')
    assert "&lt;b&gt;&amp;&quot;" in found
    assert "&lt;i&gt;&amp;&quot;" in found


def test_a_date_beyond_the_horizon_fades_to_the_edge_without_a_cap():
    found = draw(row(p85=None, p95=None))
    assert f'class="f85" d="M40 9H{scale().width}' in found
    assert "cap85" not in found


# Arrows


def link(kind: str = "FS") -> arrows.Link:
    return arrows.Link(1, 2, "PAY-1", "PAY-2", kind)


def end(index: int, left: float, right: float) -> arrows.End:
    return arrows.End(index, index * 32.0, left, right)


def test_an_arrow_leaves_the_end_of_a_bar_and_comes_into_the_start_of_the_next():
    path, head = arrows.route("FS", end(1, 0, 100), end(3, 120, 200))
    assert path == "M89 39V91q0 5 5 5H116"
    assert head.startswith("M114.5 93v6l4-3z")


def test_an_arrow_to_a_bar_that_starts_too_early_falls_on_it_from_above():
    path, _head = arrows.route("FS", end(1, 0, 100), end(3, 40, 200))
    assert path == "M89 39V85"


def test_an_arrow_upwards_turns_the_other_way():
    path, _head = arrows.route("FS", end(3, 0, 100), end(1, 120, 200))
    assert path == "M89 89V37q0 -5 5 -5H116"


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("SS", "M0 32H-10V96H115"),
        ("FF", "M100 32H210V96H205"),
        ("SF", "M0 32H210V96H205"),
    ],
)
def test_other_links_run_outside_of_both_bars(kind, path):
    assert arrows.route(kind, end(1, 0, 100), end(3, 120, 200))[0] == path


def web(ends, links=None, chain=frozenset()) -> arrows.Web:
    return arrows.Web(links or [link()], ends, {}, {}, set(chain))


def test_an_arrow_is_sent_once_with_the_window_of_its_upper_end():
    both = web({1: end(59, 0, 50), 2: end(62, 90, 120)})
    assert both.drawn(1, 60, 0, 900, 1920).count('class="link dep"') == 1
    assert both.drawn(61, 120, 1920, 900, 1920) == ""


def test_a_hidden_end_leaves_a_stub_with_its_key():
    found = web({2: end(5, 300, 400)}).drawn(1, 60, 0, 900, 1920)
    assert "stub" in found
    assert "PAY-1" in found
    assert "M286 160H296" in found


def test_an_end_that_is_far_away_leaves_a_stub_too():
    found = web({1: end(1, 0, 50), 2: end(90, 300, 400)})
    assert "stub" in found.drawn(61, 120, 0, 900, 1920)
    assert found.drawn(1, 60, 0, 900, 1920) == ""


def test_a_chain_runs_both_ways_from_the_selected_item_and_not_to_its_siblings():
    def joined(pred: int, succ: int) -> arrows.Link:
        return arrows.Link(pred, succ, f"PAY-{pred}", f"PAY-{succ}")

    links = [joined(1, 2), joined(2, 3), joined(1, 4), joined(3, 5)]
    assert arrows.chain_of(2, links) == {(1, 2), (2, 3), (3, 5)}


# Load


def week(planned: float, share: float | None = 10.0, start="2026-03-09") -> dict:
    return {"starts_on": start, "planned": planned, "p85": planned, "capacity": share}


def test_load_above_the_capacity_is_red_and_said():
    found = capacity.strip({"name": "Rails", "places": 3, "weeks": [week(11.5)]}, scale())
    assert (found.peak, found.over) == ("115 %", 1)
    assert 'class="fbad"' in found.svg
    assert "over its capacity in one week, 115 %" in found.svg


def test_load_within_the_capacity_is_not_red():
    found = capacity.strip({"name": "Rails", "places": 3, "weeks": [week(10)]}, scale())
    assert found.over == 0
    assert "fbad" not in found.svg


def test_a_week_without_capacity_has_no_bar():
    found = capacity.strip({"name": "Rails", "places": None, "weeks": [week(3, None)]}, scale())
    assert '<path class="f50"' not in found.svg
    assert found.peak == "–"


# The address


def test_an_address_reads_back_what_it_writes():
    query = {
        "team": "rails", "zoom": "year", "lanes": "team", "shut": "t3.later", "item": "PAY-1",
        "row": "61", "at": "2026-03-01", "load": "off",
    }  # fmt: skip
    first = Address.read(query)
    again = Address.read(dict(pair.split("=") for pair in first.query()[1:].split("&")))
    assert again == first


@pytest.mark.parametrize(
    "query",
    [
        {"zoom": "century"}, {"lanes": "mood"}, {"row": "-4"}, {"row": "9" * 40}, {"at": "soon"},
        {"load": "on"},
    ],
)  # fmt: skip
def test_words_that_mean_nothing_are_left_out(query):
    assert Address.read(query) == Address(ItemFilter())


def test_folding_twice_opens_a_lane_again():
    once = Address.read({"shut": "o1"})
    assert once.folding("o2") == "?shut=o1.o2"
    assert once.folding("o1") == "?"


def test_a_target_at_the_end_of_time_lies_on_the_edge_of_the_scale():
    scale = scale_over([TODAY], today=TODAY, zoom=ZOOMS["quarter"])
    assert scale.after(D.max) == pytest.approx(scale.width, abs=1)
