"""What somebody tries first: Back, a filter, a search for nothing, a text that is too long."""

import pytest


@pytest.fixture
def visit(sample_site, administrator_cookies, new_context):
    def go(path: str, **options):
        page = new_context(cookies=administrator_cookies, **options).new_page()
        page.goto(sample_site.url + path, wait_until="networkidle")
        return page

    return go


def test_back_closes_the_panel_beside_the_timeline_and_stays_on_the_page(visit):
    page = visit("/p/CHK/roadmap/", width=1366)
    page.locator(".tl-row[data-key] a.name").first.click()
    page.wait_for_selector("#inspector h2")
    page.wait_for_url("**item=*")
    page.go_back()
    page.wait_for_selector("#inspector h2", state="detached")
    page.wait_for_url("**/p/CHK/roadmap/")


def test_a_filter_closes_once_it_is_applied_and_leaves_nothing_empty_in_the_address(visit):
    page = visit("/p/CHK/items/")
    page.keyboard.press("/")
    page.keyboard.type("pay")
    page.keyboard.press("Enter")
    page.wait_for_url("**/p/CHK/items/?q=pay")
    assert page.locator("details.drop[open]").count() == 0


def test_the_palette_says_that_it_found_nothing(visit):
    page = visit("/p/CHK/items/")
    page.keyboard.press("Control+k")
    page.keyboard.type("zzqqx")
    page.wait_for_selector("#palette-none:visible")


def test_the_keyboard_help_names_the_timeline_on_the_timeline_alone(visit):
    page = visit("/p/CHK/roadmap/")
    page.keyboard.press("?")
    page.wait_for_selector("text=In the rows of the timeline")
    page = visit("/p/CHK/items/")
    page.keyboard.press("?")
    page.wait_for_selector("text=Next row")
    assert not page.is_visible("text=In the rows of the timeline")


def test_a_title_that_is_too_long_is_kept_and_said_at_its_field(visit):
    page = visit("/p/CHK/items/new/")
    page.fill("[name=title]", "x" * 301)
    title = page.locator("[name=title]")
    assert title.evaluate("field => field.value.length") == 301
    assert "at most 300" in title.evaluate("field => field.validationMessage")


@pytest.mark.parametrize("width", [1366, 1200])
def test_titles_of_the_register_stand_in_two_lines_at_most(visit, width):
    page = visit("/p/CHK/debt/", width=width)
    titles = page.locator(".reg .ttl a")
    lines = titles.evaluate_all("all => Math.max(...all.map(a => a.getClientRects().length))")
    assert lines <= 2
