"""The whole loop in a browser, on both set-ups: import, estimate, dates, debt, dates, decision."""

import pytest
from playwright.sync_api import Page, expect

from tests.services_for_tests import ROOT, wait_for

LINEAR = ROOT / "tests" / "data" / "imports" / "linear_export_25col_2023.csv"
PASSWORD = "walk the whole loop"
PEOPLE = """
import datetime
from tpm.models import *
product = Product.objects.create(key="WALK", name="Walk", plan_seed=3)
team = Team.objects.create(name="Claw", slug="claw", focus_share=0.8)
since = datetime.date(2026, 1, 5)
TeamShare.objects.create(team=team, product=product, share=1, starts_on=since)
for name, level in (("Paula", "planner"), ("Vera", "viewer")):
    user = User.objects.create_user(name.lower(), f"{name.lower()}@example.org", password)
    person = Person.objects.create(name=name, email=user.email, user=user)
    Role.objects.create(person=person, product=product, level=level)
    Membership.objects.create(team=team, person=person, share=1, starts_on=since)
"""
DATES = """
from roadmaps.models import ItemForecast, PlanStatus
from tpm.models import Product
status = PlanStatus.objects.filter(product__key="WALK").first()
now = Product.objects.get(key="WALK").revision
fresh = status and status.run_id and status.revision == now
rows = ItemForecast.objects.filter(run=status.run_id).select_related("item") if fresh else []
answer = {row.item.key: str(row.p85) for row in rows} or None
"""


@pytest.fixture
def walker(running_stack, new_context):
    """A page signed in as somebody: walker("paula")."""
    known = "from tpm.models import Product; answer = Product.objects.filter(key='WALK').count()"
    if not running_stack.django(known):
        running_stack.django(PEOPLE, password=PASSWORD)

    def sign_in(username: str) -> Page:
        page = new_context().new_page()
        page.set_default_timeout(20_000)
        page.goto(f"{running_stack.url}/accounts/login/")
        page.get_by_label("Username or e-mail").fill(username)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        return page

    return sign_in


def fresh_dates(stack, *, unlike: dict | None = None) -> dict[str, str]:
    """P85 by key of the newest forecast, once a worker has made it from the plan as it is."""
    found: dict[str, str] = {}

    def there() -> bool:
        nonlocal found
        found = stack.django(DATES) or {}
        return bool(found) and found != unlike

    wait_for(there, seconds=60, what="a fresh forecast", explain=stack.explain)
    return found


def test_from_an_import_to_a_decision(running_stack, walker):
    page = walker("paula")
    base = running_stack.url
    keys = import_the_file(page, base)
    first = fresh_dates(running_stack)
    for key, text in zip(keys, ["8..13..30", "5..8..20", "10..20..40"], strict=True):
        estimate(page, base, key, text)
    estimated = fresh_dates(running_stack, unlike=first)
    assert all(estimated[key] != first[key] for key in keys)
    see_date(page, base, keys[0])

    debt = log_debt(page, base)
    slowed = fresh_dates(running_stack, unlike=estimated)
    assert max(slowed.values()) > max(estimated.values())
    work = plan_debt(page, base, debt)
    planned = fresh_dates(running_stack, unlike=slowed)
    assert work in planned

    decide(page, base, keys[0])
    refuse_a_viewer(walker("vera"), base, keys[0])


def import_the_file(page: Page, base: str) -> list[str]:
    """Import Linear's own export, and plan three of its items that have no parts for the team."""
    page.goto(f"{base}/p/WALK/import/")
    page.locator("input[type=file]").set_input_files(LINEAR)
    page.get_by_role("button", name="Upload and preview").click()
    expect(page.get_by_text("Nothing is written yet")).to_be_visible()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("Done", exact=True).first).to_be_visible(timeout=60_000)
    page.goto(f"{base}/p/WALK/items/")
    expect(page.get_by_role("link", name="First Claw")).to_be_visible()
    titles = ["First Claw", "Day Two", "Day Three point Five"]
    return [plan(page, base, title) for title in titles]


def plan(page: Page, base: str, title: str) -> str:
    """Give an item to the team and plan it; returns its key."""
    page.goto(f"{base}/p/WALK/items/")
    page.get_by_role("link", name=title).first.click()
    key = page.url.rstrip("/").rsplit("/", 1)[1]
    page.goto(f"{base}/i/{key}/edit/")
    page.get_by_label("Team").select_option(label="Claw")
    page.get_by_role("button", name="Save").first.click()
    page.goto(f"{base}/i/{key}/move/")
    page.locator("#main").get_by_label("State").select_option("planned")
    page.locator("#main form button.main").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)
    return key


def estimate(page: Page, base: str, key: str, text: str) -> None:
    page.goto(f"{base}/i/{key}/")
    page.get_by_label("Add an estimate, in person-days").fill(text)
    page.get_by_label("Add an estimate, in person-days").press("Enter")
    expect(page.locator("#estimates")).to_contain_text(text.replace("..", "–"))


def see_date(page: Page, base: str, key: str) -> None:
    page.goto(f"{base}/i/{key}/")
    expect(page.get_by_text("85 % likely by").first).to_be_visible()
    page.goto(f"{base}/p/WALK/roadmap/")
    expect(page.get_by_text(key).first).to_be_visible()


def log_debt(page: Page, base: str) -> str:
    """One line is enough: 10 days a month lost by the team."""
    page.goto(f"{base}/p/WALK/debt/")
    line = page.get_by_label("What hurts, in one line")
    line.fill("Talons sharpened by hand =10 ~M @claw")
    page.get_by_role("button", name="Log and open").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Talons sharpened by hand")
    return page.url.rstrip("/").split("/d/")[1].split("/")[0]


def plan_debt(page: Page, base: str, debt: str) -> str:
    """Put paying into the plan; returns the key of the item that pays."""
    page.goto(f"{base}/d/{debt}/plan/")
    page.get_by_role("button", name="Put it into the plan").click()
    page.goto(f"{base}/d/{debt}/")
    link = page.locator("#main a[href^='/i/WALK-']").first
    expect(link).to_be_visible()
    return link.get_attribute("href").strip("/").split("/")[1]


def decide(page: Page, base: str, key: str) -> None:
    page.goto(f"{base}/p/WALK/decisions/new/")
    page.locator("#main").get_by_role("textbox").first.fill("Sharpen by hand or by machine?")
    page.locator("#main form button.main").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Sharpen by hand or by machine?")
    assert "/a/WALK-A1" in page.url


def refuse_a_viewer(page: Page, base: str, key: str) -> None:
    """A viewer reads the item and is told who can let them change it."""
    page.goto(f"{base}/i/{key}/")
    expect(page.get_by_label("Add an estimate, in person-days")).to_have_count(0)
    answer = page.goto(f"{base}/i/{key}/edit/")
    assert answer is not None
    assert answer.status == 403
    expect(page.get_by_text("you need the role planner")).to_be_visible()
