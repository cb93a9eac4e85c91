"""A table of debt whose rows cost more than their team has: held back until one says so."""

import pytest
from playwright.sync_api import expect

from tests.browser.looks import NARROW, axe_violations, keep_picture, overflow

PEOPLE = """
import datetime
from django.test import Client
from tpm.models import *
product = Product.objects.create(key="TAB", name="Tables TAB", plan_seed=5)
team = Team.objects.create(name="Clerks", slug="clerkstab", focus_share=0.8)
since = datetime.date(2026, 1, 5)
TeamShare.objects.create(team=team, product=product, share=1, starts_on=since)
user = User.objects.create_user("tab-pam", "pam@tab.example.org", "x")
person = Person.objects.create(name="Pam", email=user.email, user=user)
Role.objects.create(person=person, product=product, level="planner")
Membership.objects.create(team=team, person=person, share=1, starts_on=since)
browser = Client()
browser.force_login(user)
answer = browser.cookies["sessionid"].value
"""
TABLE = """title,team,interest
Huge,clerkstab{width},9999
Usual,clerkstab{width},2
Also too much,clerkstab{width},8888
"""


@pytest.fixture(params=[(1440, "light"), (NARROW, "dark")], ids=["wide", "narrow"])
def page(default_stack, new_context, request):
    width, theme = request.param
    code = PEOPLE.replace("TAB", f"TAB{width}").replace("tab", f"tab{width}")
    session = default_stack.django(code.replace("Clerks", f"Clerks {width}"))
    cookie = {"name": "sessionid", "value": session, "url": default_stack.url}
    opened = new_context(width=width, theme=theme, cookies=[cookie]).new_page()
    opened.goto(f"{default_stack.url}/p/TAB{width}/debt/import/")
    return opened


def test_a_row_that_is_held_back_comes_in_by_keyboard(page):
    width = page.viewport_size["width"]
    page.get_by_label("Or paste rows with their names").fill(TABLE.format(width=width))
    page.get_by_role("button", name="Read and preview").click()
    expect(page.get_by_text("2 rows cost more a month than their teams have.")).to_be_visible()
    assert [*axe_violations(page), overflow(page)] == [""]
    box = page.get_by_label("Row 2 is meant so")
    box.focus()
    page.keyboard.press("Space")
    expect(box).to_be_checked()
    keep_picture(page, f"debt-table-held-{width}")
    page.get_by_role("button", name="Import", exact=True).click()
    rows = page.locator("#rows tbody tr")
    expect(rows).to_have_count(3, timeout=30_000)
    held = [row for row in rows.all_inner_texts() if "held back" in row]
    assert len(held) == 1
    assert "Also too much" in held[0]
    keep_picture(page, f"debt-table-report-{width}")
