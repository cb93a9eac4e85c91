"""What of a file's parents and links closes a loop."""

from hypothesis import given, settings
from hypothesis import strategies as st

from roadmaps.forecasting.graph import find_loop
from roadmaps.import_services.linking import MOST_LOOPS, has_loop, wire

ITEMS = st.integers(0, 6)
PAIRS = st.lists(st.tuples(ITEMS, ITEMS).filter(lambda pair: pair[0] != pair[1]), max_size=10)


@settings(max_examples=400, deadline=None)
@given(st.dictionaries(ITEMS, st.none() | ITEMS), PAIRS)
def test_it_finds_a_loop_exactly_where_the_forecast_finds_one(parents, links):
    tree = dict.fromkeys(range(7)) | {c: p for c, p in parents.items() if c != p}
    assert has_loop(tree, links) == (find_loop(tree, links) is not None)


@settings(max_examples=200, deadline=None)
@given(PAIRS, PAIRS)
def test_what_is_accepted_closes_no_loop_and_what_is_left_out_would(parents, links):
    tree = dict.fromkeys(range(7))
    parents = list({child: (child, parent) for child, parent in parents}.values())
    wiring = wire(tree, [], parents, links, str)
    assert not has_loop(tree | dict(wiring.parents), wiring.links)
    assert len(wiring.loops) == len(parents) + len(links) - len(wiring.parents) - len(wiring.links)


def test_the_last_of_a_loop_in_the_order_of_the_file_is_left_out():
    wiring = wire(dict.fromkeys(range(3)), [], [], [(0, 1), (1, 2), (2, 0)], str)
    assert wiring.links == [(0, 1), (1, 2)]
    assert wiring.loops == ["0 waits for 2"]


def test_a_link_between_an_item_and_its_own_part_is_left_out():
    wiring = wire({0: None, 1: 0}, [], [], [(0, 1)], str)
    assert wiring.links == []


def test_links_of_the_plan_count_too():
    wiring = wire(dict.fromkeys(range(2)), [(0, 1)], [], [(1, 0)], str)
    assert wiring.loops == ["0 waits for 1"]


def test_a_file_full_of_loops_ends_soon():
    pairs = [(n % 50, (n * 7 + 1) % 50) for n in range(3000) if n % 50 != (n * 7 + 1) % 50]
    wiring = wire(dict.fromkeys(range(50)), [], [], pairs, str)
    assert len(wiring.loops) > MOST_LOOPS
    assert not has_loop(dict.fromkeys(range(50)), wiring.links)
