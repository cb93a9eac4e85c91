"""The maps of debt by keyboard: one tab stop each, and arrows that reach every part."""

import pytest
from playwright.sync_api import expect

from debt.pages.map_charts import scatter

HERE = """
from tpm.models import Component, Product
product = Product.objects.filter(key="PAY").first() or Product.objects.first()
answer = f"/p/{product.key}/debt/map/"
"""
PARTS = "map => [...map.querySelectorAll('a, g')].map((part) => part.getAttribute('aria-label'))"
STOPS = "map => [...map.querySelectorAll('[tabindex=\"0\"]')].length"
FOCUS = "document.activeElement.getAttribute('aria-label')"
SETTLED = """html => {
  document.getElementById("map").innerHTML = `<div id="points">${html}</div>`;
  document.dispatchEvent(new CustomEvent("htmx:afterSettle"));
}"""
WAYS = ("ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown")


@pytest.fixture
def map_page(sample_site, administrator_cookies, new_context):
    page = new_context(cookies=administrator_cookies).new_page()
    page.goto(sample_site.url + sample_site.django(HERE))
    return page


def reached(page, drawn) -> set[str]:
    """Every part that arrows lead to from the first."""
    page.locator(drawn).locator("a, g").first.focus()
    known, waiting = {page.evaluate(FOCUS)}, [page.evaluate(FOCUS)]
    while waiting:
        at = waiting.pop()
        for way in WAYS:
            page.locator(drawn).get_by_label(at, exact=True).focus()
            page.keyboard.press(way)
            found = page.evaluate(FOCUS)
            if found not in known:
                known.add(found)
                waiting.append(found)
    return known


def judge(page, drawn: str) -> None:
    parts = page.locator(drawn).evaluate(PARTS)
    assert len(parts) > 2
    assert page.locator(drawn).evaluate(STOPS) == 1
    assert reached(page, drawn) == set(parts)
    assert page.locator(drawn).evaluate(STOPS) == 1


def test_arrows_reach_every_part_of_the_map_that_is_one_tab_stop(map_page):
    judge(map_page, "svg.tree >> nth=0")


def test_arrows_reach_every_point_of_the_scatter_that_is_one_tab_stop(map_page):
    """The sample has no debt with both a history and a slow-down: its points are drawn here."""
    points = [
        (f"D{n}", "Slow", f"/d/D{n}/", rate, lost, n)
        for n, (rate, lost) in enumerate(
            [(0.5, 0.1), (3, 0.4), (3.2, 0.38), (6, 0.2), (9, 0.6), (9, 0.05), (1, 0.55)], start=1
        )
    ]
    map_page.evaluate(SETTLED, str(scatter(points)))
    judge(map_page, "#points svg.tree")


def test_home_end_enter_and_escape(map_page):
    drawn = map_page.locator("svg.tree").first
    parts = drawn.evaluate(PARTS)
    drawn.locator("a").first.focus()
    map_page.keyboard.press("End")
    assert map_page.evaluate(FOCUS) == parts[-1]
    map_page.keyboard.press("Home")
    assert map_page.evaluate(FOCUS) == parts[0]
    whole = map_page.url
    map_page.keyboard.press("Enter")
    map_page.wait_for_url("**component=**")
    files = map_page.locator("svg.tree g").first
    expect(files).to_be_visible()
    assert map_page.locator("svg.tree").evaluate(STOPS) == 1
    for key in ("Escape", "Backspace"):
        map_page.locator("svg.tree [tabindex='0']").focus()
        map_page.keyboard.press(key)
        map_page.wait_for_url(whole)
        map_page.go_back()
        map_page.wait_for_url("**component=**")


def test_a_map_that_the_slider_drew_anew_is_one_tab_stop(map_page):
    slider = map_page.get_by_role("slider")
    with map_page.expect_response("**month=5**"):
        slider.focus()
        map_page.keyboard.press("ArrowLeft")
    expect(map_page.locator("#map output")).not_to_have_text("now")
    assert map_page.locator("svg.tree").first.evaluate(STOPS) == 1
