"""Debt from the line that an engineer types to the dates that paying for it moves.

Two people in two browsers; the worker scores and forecasts in between.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.services_for_tests import wait_for

PEOPLE = """
import datetime
from django.test import Client
from roadmaps.services import create_item, create_objective, estimate_item, move_item
from tpm.models import *
product = Product.objects.create(key="OWE", name="Owed", plan_seed=5)
team = Team.objects.create(name="Payers", slug="payers", focus_share=0.8)
since = datetime.date(2026, 1, 5)
TeamShare.objects.create(team=team, product=product, share=1, starts_on=since)
sessions = {}
for name, level in (("Eli", "member"), ("Pam", "planner")):
    user = User.objects.create_user(f"owe-{name.lower()}", f"{name}@owe.example.org", "x")
    person = Person.objects.create(name=name, email=user.email, user=user)
    Role.objects.create(person=person, product=product, level=level)
    Membership.objects.create(team=team, person=person, share=1, starts_on=since)
    browser = Client()
    browser.force_login(user)
    sessions[name] = browser.cookies["sessionid"].value
day = datetime.date.today() + datetime.timedelta(days=90)
objective = create_objective(product, by=user, title="Invoices in a day", target_date=day)
item = create_item(product, by=user, title="One invoice run", team=team, objective=objective)
move_item(item, by=user, state="planned")
estimate_item(item, by=user, p10_days=60, p50_days=90, p90_days=140)
answer = [sessions, item.key, objective.get_absolute_url()]
"""
SCORE = """
from debt.models import DebtItem
item = DebtItem.objects.get(product__key="OWE")
newest = item.scores.order_by("pk").last()
answer = [item.key, newest.score] if newest and newest.score is not None else None
"""
DATES = """
from roadmaps.models import ItemForecast, PlanStatus
from tpm.models import Product
status = PlanStatus.objects.filter(product__key="OWE").first()
now = Product.objects.get(key="OWE").revision
fresh = status and status.run_id and status.revision == now
rows = ItemForecast.objects.filter(run=status.run_id).select_related("item") if fresh else []
answer = {row.item.key: str(row.p85) for row in rows} or None
"""


@pytest.fixture
def world(default_stack, new_context):
    """(pages by name of the person, key of planned work, address of its objective)"""
    sessions, work, objective = default_stack.django(PEOPLE)
    pages = {}
    for name, session in sessions.items():
        cookie = {"name": "sessionid", "value": session, "url": default_stack.url}
        pages[name] = new_context(cookies=[cookie]).new_page()
    return pages, work, objective


def wait_for_answer(stack, code: str, what: str):
    """What this code answers, once it answers something."""
    found = None

    def there() -> bool:
        nonlocal found
        found = stack.django(code)
        return bool(found)

    wait_for(there, seconds=60, what=what, explain=stack.explain)
    return found


def give_code_owners(page: Page, url: str) -> None:
    """A planner pastes what the server cannot read, and sees the line that is passed over."""
    page.goto(f"{url}/p/OWE/debt/history/")
    page.get_by_role("link", name="CODEOWNERS and whom they name").click()
    page.get_by_label("Repository").fill("books")
    page.get_by_label("Or its lines").fill("!all @acme/none\n/invoices/ @acme/money @owe-eli")
    page.get_by_role("button", name="Keep the file").press("Enter")
    page.locator(".toast", has_text="Kept.").wait_for()
    expect(page.locator("main")).to_contain_text("! takes nothing out again")
    page.get_by_label("Whom @acme/money means", exact=True).select_option("Payers")
    page.get_by_role("button", name="Save whom @acme/money means").press("Enter")
    expect(page.get_by_label("Whom @acme/money means", exact=True)).to_have_value("team:payers")


def log_with_four_keys_beyond_the_line(page: Page, url: str, line: str) -> None:
    """From any page: two keys open the line, Enter saves it."""
    page.goto(f"{url}/p/OWE/items/")
    page.keyboard.press("c")
    page.keyboard.press("d")
    field = page.get_by_label("What hurts, in one line")
    expect(field).to_be_focused()
    page.keyboard.type(line)
    expect(page.locator("#qa-preview")).to_contain_text("Payers, from CODEOWNERS line 2")
    expect(page.locator("#qa-preview")).to_contain_text("Eli, from CODEOWNERS line 2")
    page.keyboard.press("Enter")
    page.locator(".toast", has_text="OWE-D1").wait_for()


def read_the_sentence(page: Page, url: str, debt: str) -> None:
    """The first line of an item says what it costs in days, for people who write no code."""
    page.goto(f"{url}/d/{debt}/")
    expect(page.locator("#why h2")).to_have_text(re.compile(r"Why \d+\?"))
    expect(page.locator("main")).to_contain_text("a month")
    expect(page.locator("main")).to_contain_text("pays back in about 1 month")


def pay_it_off(page: Page, url: str, debt: str) -> str:
    """From the register to a plan that pays; returns the key of the item that does it."""
    page.goto(f"{url}/p/OWE/debt/")
    page.get_by_role("link", name="Pay-off", exact=True).click()
    page.wait_for_url("**/p/OWE/debt/payoff/**")
    page.locator("#bud").press("End")
    expect(page.locator("#payoff-says")).to_contain_text("1 item for")
    expect(page.locator("#payoff-dates")).to_contain_text("Invoices in a day")
    expect(page.locator("#payoff-dates")).to_contain_text(re.compile(r"[−-]\d+"))
    page.get_by_role("button", name="Create 1 plan item").click()
    said = page.locator(".toast", has_text="Planned as OWE-")
    said.wait_for()
    return re.search(r"OWE-\d+", said.inner_text()).group()


def test_from_a_line_that_an_engineer_types_to_dates_that_moved(default_stack, world):
    pages, work, objective = world
    eli, pam, url = pages["Eli"], pages["Pam"], default_stack.url
    before_debt = wait_for_answer(default_stack, DATES, "dates without debt")

    give_code_owners(pam, url)
    line = "Invoices matched by hand in invoices/match.py =4..5..6 ~S"
    log_with_four_keys_beyond_the_line(eli, url, line)
    debt, score = wait_for_answer(default_stack, SCORE, "a score")
    assert 0 < score <= 100
    read_the_sentence(eli, url, debt)

    slowed = wait_for_answer(default_stack, DATES, "dates with what debt costs")
    assert slowed[work] > before_debt[work]
    paying = pay_it_off(pam, url, debt)
    paid = wait_for_answer(default_stack, DATES, "dates of the plan that pays")
    assert paid[paying] < paid[work] < slowed[work]

    pam.goto(f"{url}/p/OWE/debt/")
    expect(pam.locator("main")).to_contain_text(paying)
    pam.goto(url + objective)
    expect(pam.locator("main")).to_contain_text("Invoices in a day")
