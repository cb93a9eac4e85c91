"""The matrix of a decision by keyboard alone, and without scripts."""

import pytest
from playwright.sync_api import expect

DRAFT = """
from django.test import Client
from tpm.models import Product, User
from tradeoffs import services
product, _ = Product.objects.get_or_create(key="MTX", defaults={"name": "Matrices"})
user = User.objects.filter(username="matrix").first()
user = user or User.objects.create_superuser("matrix", "matrix@example.org", "typed by nobody")
decision = services.draft_decision(
    product, by=user, title="Which matrix works by keyboard?",
    options=["First", "Second", "Third"], criteria=["Cost", "Security"],
)
browser = Client()
browser.force_login(user)
answer = [decision.get_absolute_url() + "matrix/", browser.cookies["sessionid"].value]
"""


@pytest.fixture
def record(default_stack, new_context):
    """Opens a fresh decision with three options and two criteria."""

    def go(**options):
        address, session = default_stack.django(DRAFT)
        cookie = {"name": "sessionid", "value": session, "url": default_stack.url}
        page = new_context(cookies=[cookie], **options).new_page()
        page.goto(default_stack.url + address)
        return page

    return go


def cell(page, row, column):
    return page.locator("table.mx tbody tr:not(.mx-g)").nth(row).locator("td").nth(column)


def test_arrows_move_and_a_digit_scores_the_cell_that_has_the_focus(record):
    page = record()
    cell(page, 0, 0).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("7")
    page.wait_for_selector("[data-cell-form] [name=value]:focus")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=1 of 6 cells scored")
    expect(cell(page, 1, 1)).to_contain_text("7 of 9")
    expect(cell(page, 1, 1)).to_be_focused()


def test_a_mistake_is_told_in_its_cell_and_escape_leaves_it_as_it_was(record):
    page = record()
    cell(page, 0, 2).focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-cell-form] [name=value]:focus")
    page.keyboard.type("9..1..2")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-cell-form] >> text=Order the range")
    page.wait_for_selector("[data-cell-form] [name=value]:focus")
    page.keyboard.press("Escape")
    page.wait_for_selector("[data-cell-form]", state="detached")
    expect(cell(page, 0, 2)).to_contain_text("Not scored")
    expect(cell(page, 0, 2)).to_be_focused()


def test_a_question_mark_shows_the_scale_of_a_cell(record):
    page = record()
    cell(page, 0, 0).focus()
    page.keyboard.press("?")
    page.wait_for_selector("text=1 worst, 9 best >> nth=0")
    expect(cell(page, 0, 0)).to_contain_text("1 worst, 9 best")


def test_cells_of_a_spreadsheet_are_pasted_from_the_focused_one(record):
    page = record()
    cell(page, 0, 1).focus()
    page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.setData("text/plain", "7\\t3..5..8\\n6\\t");
          document.activeElement.dispatchEvent(
            new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }"""
    )
    page.get_by_role("button", name="Fill these cells").click()
    page.wait_for_selector("text=3 of 6 cells scored")
    expect(cell(page, 0, 1)).to_contain_text("7 of 9")


def test_the_matrix_is_one_stop_of_the_tab_key(record):
    page = record()
    stops = page.locator("table.mx tbody td").evaluate_all(
        "cells => cells.filter((one) => one.tabIndex === 0).length"
    )
    assert stops == 1


def test_without_scripts_a_cell_is_scored_on_a_page_of_its_own(record):
    page = record(java_script_enabled=False)
    page.get_by_role("link", name="Score First, Cost").click()
    page.get_by_label("Value").fill("3..5..8")
    page.get_by_role("button", name="Save score").click()
    expect(cell(page, 0, 0)).to_contain_text("5 of 9")
    expect(cell(page, 0, 0)).to_contain_text("3–8")
