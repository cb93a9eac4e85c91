"""A product manager's day: import, lay out, link, estimate, commit, drag, undo, compare, share.

Once with the pointer, once with the keyboard alone: there every control is reached by Tab or by
its key, as a person without a mouse reaches it.
"""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_gestures import drag, middle, toast
from tests.browser.test_walk import LINEAR
from tests.conftest import PASSWORD
from tests.services_for_tests import wait_for

PEOPLE = """
import datetime
from tpm.models import *
product = Product.objects.create(key=key, name=f"Day {key}", plan_seed=5)
team = Team.objects.create(name=f"Claw {key}", slug=f"claw-{key.lower()}", focus_share=0.8)
since = datetime.date(2026, 1, 5)
TeamShare.objects.create(team=team, product=product, share=1, starts_on=since)
user = User.objects.create_user(f"pam-{key.lower()}", f"pam-{key}@example.org", password)
person = Person.objects.create(name="Pam", email=user.email, user=user)
Role.objects.create(person=person, product=product, level="lead")
Membership.objects.create(team=team, person=person, share=1, starts_on=since)
"""
FRESH = """
from roadmaps.models import ItemForecast, PlanStatus
from tpm.models import Product
status = PlanStatus.objects.filter(product__key=key).first()
now = Product.objects.get(key=key).revision
answer = bool(status and status.run_id and status.revision == now)
"""
FIELD = "from roadmaps.models import Item; answer = str(Item.objects.get(key=key).not_before)"
LINKED = """
from roadmaps.models import ItemLink
answer = ItemLink.objects.filter(predecessor__key=one, successor__key=two).exists()
"""
TITLES = ("First Claw", "Day Two", "Day Three point Five")


class Pointer:
    """Reaches controls by pointing at them."""

    key = "PTR"

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, control: Locator) -> None:
        control.click()

    def tick(self, control: Locator) -> None:
        control.click()

    def write(self, control: Locator, text: str) -> None:
        control.click()
        control.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def choose(self, control: Locator, label: str) -> None:
        control.select_option(label=label)

    def link(self, first: Locator, second: Locator, second_key: str) -> None:
        first.locator(".bar .f50").first.hover()
        end = middle(second.locator("[role=rowheader]"))
        drag(self.page, middle(first.locator(".end-dot")), end)
        self.page.mouse.up()

    def move(self, row: Locator) -> None:
        x, y = middle(row.locator(".bar .f50").first)
        drag(self.page, (x, y), (x + 60, y))
        self.page.mouse.up()

    def undo(self) -> None:
        self.page.locator(".toast").last.get_by_role("button", name="Undo").click()


class Keys:
    """Reaches controls by Tab and by their keys; the pointer is never used."""

    key = "KEY"

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, control: Locator) -> None:
        control.wait_for()
        for _ in range(400):
            if control.evaluate("each => each === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        pytest.fail(f"Tab never came to {control}")

    def press(self, control: Locator) -> None:
        self.reach(control)
        self.page.keyboard.press("Enter")

    def tick(self, control: Locator) -> None:
        self.reach(control)
        self.page.keyboard.press("Space")

    def write(self, control: Locator, text: str) -> None:
        self.reach(control)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def choose(self, control: Locator, label: str) -> None:
        self.reach(control)
        self.page.keyboard.type(label)
        expect(control.locator("option:checked")).to_have_text(label)

    def row(self, row: Locator) -> None:
        """Come into the grid by Tab, and to the row by its arrows."""
        cell = row.locator("[role=gridcell]")
        self.reach(self.page.locator(".tl-rows [role=gridcell][tabindex='0']").first)
        for pressed in ["ArrowUp"] * 40 + ["ArrowDown"] * 40:
            if cell.evaluate("each => each === document.activeElement"):
                return
            self.page.keyboard.press(pressed)
        pytest.fail(f"the arrows never came to {row}")

    def link(self, first: Locator, second: Locator, second_key: str) -> None:
        self.row(first)
        self.page.keyboard.press("d")
        dialog = self.page.locator("#dialog[open]")
        self.choose(dialog.get_by_label("This item"), "holds up")
        self.write(dialog.get_by_label(re.compile("^Item")), second_key)
        self.press(dialog.get_by_role("button", name="Add the link"))

    def move(self, row: Locator) -> None:
        self.row(row)
        for pressed in ("m", "ArrowRight", "Alt+ArrowRight", "Enter"):
            self.page.keyboard.press(pressed)

    def undo(self) -> None:
        self.page.keyboard.press("Control+z")


@pytest.fixture(params=[Pointer, Keys], ids=["pointer", "keyboard"])
def hand(request, sample_site, new_context):
    """Somebody who leads a new product, signed in, with a way to reach controls."""
    key = request.param.key
    sample_site.django(PEOPLE, key=key, password=PASSWORD)
    page = new_context(permissions=["clipboard-read"]).new_page()
    page.set_default_timeout(20_000)
    page.goto(f"{sample_site.url}/accounts/login/")
    found = request.param(page)
    found.write(page.get_by_label("Username or e-mail"), f"pam-{key.lower()}")
    found.write(page.get_by_label("Password"), PASSWORD)
    found.press(page.get_by_role("button", name="Sign in"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    return found


def test_a_day(hand, sample_site, new_context):
    page, base = hand.page, f"{sample_site.url}/p/{hand.key}"
    import_the_file(hand, base)
    lay_out(hand, base)
    keys = [key_of(page, base, title) for title in TITLES]
    for key, text in zip(keys, ("8..13..30", "5..8..20", "10..20..40"), strict=True):
        page.goto(f"{sample_site.url}/i/{key}/")
        hand.write(page.get_by_label("Add an estimate, in person-days"), text)
        page.keyboard.press("Enter")
        expect(page.locator("#estimates")).to_contain_text(text.replace("..", "–"))
    settle(sample_site, hand.key)

    first, second = open_timeline(page, base, keys)
    hand.link(first, second, keys[1])
    wait_for(
        lambda: sample_site.django(LINKED, one=keys[0], two=keys[1]),
        seconds=20,
        what="the link",
    )
    settle(sample_site, hand.key)

    page.goto(f"{base}/baselines/new/")
    hand.write(page.get_by_label(re.compile("^Name")), "Plan of the day")
    hand.press(page.get_by_role("button", name="Commit a baseline"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Plan of the day")

    move_and_undo(hand, sample_site, base, keys)
    compare(hand, base)
    share(hand, base, new_context)


def import_the_file(hand, base: str) -> None:
    page = hand.page
    page.goto(f"{base}/import/")
    page.locator("input[type=file]").set_input_files(LINEAR)
    hand.press(page.get_by_role("button", name="Upload and preview"))
    expect(page.get_by_text("Nothing is written yet")).to_be_visible()
    hand.press(page.get_by_role("button", name="Import", exact=True))
    expect(page.get_by_text("Done", exact=True).first).to_be_visible(timeout=60_000)


def lay_out(hand, base: str) -> None:
    """Give three of the imported items to the team and plan them, all at once each time."""
    page = hand.page
    for field, value in (("Team", f"Claw {hand.key}"), ("State", "Planned")):
        page.goto(f"{base}/items/")
        for title in TITLES:
            row = page.locator("tr", has=page.get_by_role("link", name=title, exact=True)).first
            hand.tick(row.locator("input[type=checkbox]"))
        hand.choose(page.get_by_label("What to change"), field)
        hand.press(page.get_by_role("button", name="Change…"))
        expect(page.get_by_role("heading", level=1)).to_have_text("Change 3 items")
        hand.choose(page.locator("#main select").first, value)
        hand.press(page.get_by_role("button", name="See what would happen"))
        hand.press(page.locator("#preview button.main"))
        expect(page.locator(".toast").get_by_role("button", name="Undo").last).to_be_visible()


def key_of(page: Page, base: str, title: str) -> str:
    page.goto(f"{base}/items/")
    href = page.get_by_role("link", name=title, exact=True).first.get_attribute("href")
    return href.strip("/").split("/")[1]


def settle(site, key: str) -> None:
    """Wait for the forecast of the plan as it is."""
    wait_for(lambda: site.django(FRESH, key=key), seconds=60, what="dates", explain=site.explain)


def open_timeline(page: Page, base: str, keys: list[str]) -> list[Locator]:
    page.goto(f"{base}/roadmap/?lanes=none")
    rows = [page.locator(f".tl-row[data-key={key}]") for key in keys[:2]]
    for row in rows:
        row.locator(".bar .f50").first.wait_for()
    return rows


def move_and_undo(hand, site, base: str, keys: list[str]) -> None:
    page = hand.page
    first, _ = open_timeline(page, base, keys)
    before = site.django(FIELD, key=keys[0])
    hand.move(first)
    toast(page, f"{keys[0]} starts not before")
    assert site.django(FIELD, key=keys[0]) != before
    hand.undo()
    toast(page, f"Undone: {keys[0]}")
    assert site.django(FIELD, key=keys[0]) == before
    first, _ = open_timeline(page, base, keys)
    hand.move(first)
    toast(page, f"{keys[0]} starts not before")
    settle(site, hand.key)


def compare(hand, base: str) -> None:
    """Since the commitment nothing was added, and one start was typed later."""
    page = hand.page
    page.goto(f"{base}/baselines/")
    hand.press(page.get_by_role("link", name="Compare two moments"))
    expect(page.get_by_role("heading", level=1)).to_have_text("What changed")
    button = page.get_by_role("button", name="Compare", exact=True)
    if button.count():
        hand.press(button)
    expect(page.locator("#main")).to_contain_text("Moved", timeout=60_000)


def share(hand, base: str, new_context) -> None:
    """Sharing is off until a lead switches it on; then a stranger reads what was chosen."""
    page = hand.page
    page.goto(f"{base}/share/")
    hand.press(page.get_by_role("link", name="Switch it on in the settings"))
    hand.choose(page.get_by_label("Who may share"), "Planners and leads")
    hand.press(page.locator("#sharing").get_by_role("button"))
    expect(page.locator(".toast").last).to_be_visible()
    page.goto(f"{base}/share/")
    hand.write(page.get_by_label("Name"), "For the board")
    hand.press(page.get_by_role("button", name="Make a link"))
    address = page.locator("#made input").first.input_value()
    stranger = new_context().new_page()
    stranger.goto(address)
    expect(stranger.get_by_text(TITLES[0]).first).to_be_visible()
    assert stranger.get_by_role("button").count() == 0
