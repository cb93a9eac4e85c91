"""Laying out what replaced what, and the drawing of it."""

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from tradeoffs import services
from tradeoffs.maths import chains
from tradeoffs.models import DecisionLink


def test_a_chain_of_three_is_one_lane_from_left_to_right():
    found = chains.layout([1, 2, 3], [(1, 2), (2, 3)])
    assert [found.places[n].column for n in (1, 2, 3)] == [0, 1, 2]
    assert {place.lane for place in found.places.values()} == {0}
    assert (found.columns, found.rows) == (3, 1)


def test_two_that_one_replaces_stand_below_each_other():
    found = chains.layout([1, 2, 3], [(1, 3), (2, 3)])
    assert (found.places[1].row, found.places[2].row) == (0, 1)
    assert found.lanes == [(0, 2)]


def test_what_leans_on_another_has_its_own_lane_further_right():
    found = chains.layout([1, 2], [], [(2, 1)])
    assert found.places[2].column == 1
    assert found.places[1].lane != found.places[2].lane


def test_nothing_is_laid_out_as_nothing():
    assert chains.layout([], []).columns == 0


pairs = st.tuples(st.integers(0, 7), st.integers(0, 7))


@given(st.lists(pairs, max_size=20), st.lists(pairs, max_size=20))
def test_every_decision_has_a_place_of_its_own_even_in_circles(replaced, leaning):
    found = chains.layout(list(range(8)), replaced, leaning)
    assert len({(place.column, place.row) for place in found.places.values()}) == 8


@given(st.lists(pairs, max_size=20))
def test_without_circles_every_line_leads_to_the_right(edges):
    forward = [(min(pair), max(pair)) for pair in edges if pair[0] != pair[1]]
    found = chains.layout(list(range(8)), forward)
    assert all(found.places[a].column < found.places[b].column for a, b in forward)


@pytest.fixture
def url(product):
    return reverse("tradeoffs:decision-graph", args=[product.key])


def test_the_graph_draws_links_and_says_them_in_a_table(make_decision, mel, vic, url, client_of):
    first = make_decision(title="Which <b>&\"' bus?")
    second = make_decision(title="How do we scale it?")
    services.relate(second, by=mel, kind="depends on", to=first)
    html = client_of(vic).get(url).content.decode()
    assert "<svg" in html
    assert "Which &lt;b&gt;&amp;&quot;&#x27; bus?" in html
    assert "<b>&" not in html
    assert f"{second.key} depends on {first.key}" in html
    assert html.count("<td>depends on</td>") == 1


def test_a_graph_without_links_says_so(decision, vic, url, client_of):
    assert "No decision is linked to another one yet." in client_of(vic).get(url).content.decode()


def test_a_suggestion_from_prose_is_no_line(make_decision, vic, url, client_of):
    first, second = make_decision(), make_decision()
    DecisionLink.objects.create(
        decision=first, to=second, kind="mentions", target="a.md", suggested=True
    )
    assert "gr-wrap" not in client_of(vic).get(url).content.decode()
