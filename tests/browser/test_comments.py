"""Naming somebody in a comment: by keys, by plain words, and what the named one sees."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.looks import axe_violations

BODY = "#comment-body"


@pytest.fixture
def item_page(sample_site, new_context, administrator_cookies):
    """Opens the page of an item of the sample."""

    def go(**options):
        page = new_context(cookies=administrator_cookies, **options).new_page()
        page.goto(sample_site.url + sample_site.django(
            "from roadmaps.models import Item; "
            "answer = Item.objects.get(title='Refunds across rails').get_absolute_url()"
        ))  # fmt: skip
        return page

    return go


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_an_at_offers_people_and_keys_choose(item_page, theme):
    page = item_page(theme=theme)
    page.locator(BODY).press_sequentially("Ask @le")
    page.locator("#people [role=option]").first.wait_for()
    assert page.locator(BODY).get_attribute("aria-activedescendant")
    assert axe_violations(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("#people")).to_be_hidden()
    page.locator(BODY).press_sequentially("n")
    page.locator("#people", has_text="Lena Park").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator(BODY)).to_have_value(re.compile("^Ask @.*Lena Park"))
    expect(page.locator("#people")).to_be_hidden()


def test_a_click_chooses_and_the_comment_names_the_person(item_page):
    page = item_page()
    page.locator(BODY).press_sequentially("@mira")
    page.locator("#people [role=option]", has_text="Mira Kovač").first.click()
    page.keyboard.type("please look")
    page.get_by_role("button", name="Comment", exact=True).click()
    page.locator(".stream .at-name", has_text="@Mira Kovač").last.wait_for()
    assert axe_violations(page) == []


def test_without_scripts_a_name_is_plain_words(item_page):
    page = item_page(java_script_enabled=False)
    page.fill(BODY, "@Lena Park, is that so?")
    page.click("#activity .composer button")
    page.locator(".stream .at-name", has_text="@Lena Park").first.wait_for()


def test_an_escape_with_no_list_open_and_enter_stay_the_text_s_own(item_page):
    page = item_page()
    page.locator(BODY).press_sequentially("no name @zzzz")
    page.keyboard.press("Enter")
    expect(page.locator(BODY)).to_have_value("no name @zzzz\n")
