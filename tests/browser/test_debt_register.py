"""The register while somebody types in it: the line above, and a field in its place."""

import pytest
from playwright.sync_api import expect

from tests.browser.looks import NARROW, axe_violations, overflow


@pytest.fixture
def register(sample_site, new_context, administrator_cookies):
    def go(**options):
        page = new_context(cookies=administrator_cookies, **options).new_page()
        page.goto(f"{sample_site.url}/p/CHK/debt/")
        return page

    return go


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_a_line_says_stays_inside_a_narrow_screen(register, theme):
    page = register(width=NARROW, theme=theme)
    page.get_by_label("What hurts, in one line").fill("Rates are copied @nobodyhere #arch")
    expect(page.locator(".token", has_text="is not known")).to_be_visible()
    assert [*axe_violations(page), overflow(page)] == [""]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("column", ["comp", "own"])
def test_a_choice_in_its_place_can_be_read(register, theme, column):
    page = register(theme=theme)
    page.locator(f".reg .{column} a[data-cell]").first.click()
    expect(page.locator(f".reg .{column} select")).to_be_focused()
    assert axe_violations(page) == []
