"""A decision's life: a question, scores unseen, an objection, acceptance, debt, asked again.

Three people in three browsers; a worker does the morning's work.
"""

import datetime
import re

import pytest
from playwright.sync_api import Page, expect

from tests.services_for_tests import wait_for

PEOPLE = """
import datetime
from django.test import Client
from django.utils import timezone
from roadmaps.services import create_item
from tpm import figures
from tpm.models import *
product = Product.objects.create(key="LIFE", name="Lives", plan_seed=5)
team = Team.objects.create(name="Lifers", slug="lifers", focus_share=0.8)
since = datetime.date(2026, 1, 5)
TeamShare.objects.create(team=team, product=product, share=1, starts_on=since)
sessions = {}
for name, level in (("Pia", "planner"), ("Max", "member"), ("Lea", "lead")):
    user = User.objects.create_user(f"life-{name.lower()}", f"{name}@life.example.org", "x")
    person = Person.objects.create(name=name, email=user.email, user=user)
    Role.objects.create(person=person, product=product, level=level)
    browser = Client()
    browser.force_login(user)
    sessions[name] = browser.cookies["sessionid"].value
item = create_item(product, by=user, title="Move the six readers", team=team)
drag = figures.figure(
    team, "drag", 0.10, product=None, unit="share", as_of=timezone.now(), low=0.05, high=0.15
)
figures.publish_all([drag])
answer = [sessions, item.pk, team.pk]
"""
WORLD_MOVES_ON = """
from django.utils import timezone
from roadmaps.models import Item
from roadmaps.services import move_item
from tpm.models import Figure, User
from tradeoffs.tasks import follow_tasks
item, lead = Item.objects.get(pk=item), User.objects.get(username="life-lea")
for state in ("planned", "in_progress", "done"):
    if item.state != state:
        move_item(item, by=lead, state=state, on=timezone.localdate())
Figure.objects.filter(subject_type="tpm.team", subject_id=team).update(value=0.21)
follow_tasks.morning_follow_up()
"""
ASKED = """
from tradeoffs.models import Firing, Prediction
fired = Firing.objects.filter(trigger__decision__product__key="LIFE").exists()
filled = Prediction.objects.filter(decision__product__key="LIFE", outcome=1).exists()
answer = fired and filled
"""
SCORES = {"Pia": ("7", "6", "4", "3"), "Max": ("6", "7", "5", "4")}


@pytest.fixture
def world(default_stack, new_context):
    """(pages by name of the person, id of an item, id of a team)"""
    sessions, item, team = default_stack.django(PEOPLE)
    pages = {}
    for name, session in sessions.items():
        cookie = {"name": "sessionid", "value": session, "url": default_stack.url}
        pages[name] = new_context(cookies=[cookie]).new_page()
    return pages, item, team


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name, exact=True).first.click()


def ask(page: Page, url: str) -> str:
    """A new question of two options and two criteria; its address."""
    page.goto(f"{url}/p/LIFE/decisions/new/")
    page.get_by_label("Question").fill("How do orders reach the six readers?")
    page.get_by_label("Options").fill("Outbox\nBroker")
    for box in page.locator("input[name=criteria]").all():
        if box.get_attribute("value") not in ("Cost", "Security"):
            box.uncheck()
    page.locator("main form button.main").first.click()
    page.wait_for_url(re.compile(r"/a/LIFE-A1/"))
    return f"{url}/a/LIFE-A1/"


def try_a_weight(page: Page, record: str) -> None:
    """A moved slider changes the answer around it, and keeps its own place and focus."""
    page.goto(f"{record}robustness/")
    slider = page.locator("input.slide").first
    name = slider.get_attribute("name")
    assert name is not None
    before = {
        part: page.locator(f"#{part}").inner_html()
        for part in (name.replace("weight", "now"), name.replace("weight", "bar"), "headline")
    }
    slider.focus()
    for _ in range(25):
        page.keyboard.press("ArrowRight")
    expect(page.locator("#trying")).to_contain_text("These are not the stored weights.")
    for part, was in before.items():
        page.wait_for_function(
            "([id, was]) => document.getElementById(id).innerHTML !== was", arg=[part, was]
        )
    expect(slider).to_be_focused()
    expect(page.locator("#headline")).to_have_count(1)


def score_unseen(pages: dict[str, Page], record: str) -> None:
    pia = pages["Pia"]
    pia.goto(record + "scoring/open/")
    for name in SCORES:
        pia.get_by_label(re.compile(name)).check()
    later = datetime.date.today() + datetime.timedelta(days=5)
    pia.locator("[name=due_on]").fill(later.isoformat())
    press(pia, "Open the round")
    for name, typed in SCORES.items():
        page = pages[name]
        page.goto(record + "scoring/")
        assert "If only one had scored" not in page.inner_text("main")
        for field, number in zip(page.locator("input[name^=cell-]").all(), typed, strict=True):
            field.fill(number)
        press(page, "Hand in")
    pia.goto(record + "scoring/")
    expect(pia.locator("#rankings")).to_contain_text("If only one had scored")
    press(pia, "Write the means into the matrix")


def write_what_follows(pia: Page, record: str, item: int, team: int) -> None:
    today = datetime.date.today().isoformat()
    pia.goto(record + "consequences/new/")
    pia.locator("[name=kind]").select_option("bad")
    pia.locator("[name=text]").fill("The table outgrows its disk")
    pia.locator("[name=severity]").select_option("high")
    press(pia, "Save")
    pia.goto(record + "predictions/new/")
    pia.locator("[name=text]").fill("All six readers have moved")
    pia.locator("[name=due_on]").fill(today)
    pia.locator("[name=chance]").fill("80")
    pia.get_by_text("Let a published number answer it").click()
    pia.locator("[name=follows]").select_option(f"roadmaps.item:{item}:done")
    press(pia, "Save the prediction")
    pia.goto(record + "triggers/new/")
    pia.get_by_role("link", name="A number crosses a limit").click()
    pia.locator("[name=follows]").select_option(f"tpm.team:{team}:drag")
    pia.locator("[name=comparison]").select_option("at_least")
    pia.locator("[name=limit]").fill("15")
    pia.locator("[name=owner]").select_option(label="Pia")
    press(pia, "Save the trigger")
    expect(pia.locator("#triggers")).to_contain_text("Lifers: drag of the team: at least 15")


def judge(pages: dict[str, Page], record: str) -> None:
    """Max objects, Lea approves, Max takes the objection back; nothing is accepted yet."""
    pia, max_, lea = pages["Pia"], pages["Max"], pages["Lea"]
    pia.goto(record + "review/plan/")
    for box in pia.locator("input[name=people]").all():
        box.check()
    press(pia, "Save and ask")
    pia.goto(record)
    pia.get_by_role("link", name="Ask for review").click()
    press(pia, "Ask for review")
    expect(pia.get_by_text("Asked: Lea and Max.")).to_be_visible()
    say(max_, record, "Object", "Show me the peak first")
    say(lea, record, "Approve", "Nothing new to run")
    expect(lea.locator(".item-head")).to_contain_text("In review")
    max_.goto(record + "review/")
    max_.get_by_role("link", name="Withdraw the objection").click()
    max_.locator("main form textarea").first.fill("The replay is good enough")
    max_.locator("main form button.main").first.click()


def say(page: Page, record: str, verdict: str, reason: str) -> None:
    page.goto(record + "review/")
    page.locator("form.review-form [name=chosen]").select_option(label="Outbox")
    page.locator("form.review-form [name=reason]").fill(reason)
    press(page, verdict)


def accept(lea: Page, record: str) -> None:
    lea.goto(record + "accept/")
    why = lea.locator("main form textarea")
    if why.count():
        why.first.fill("Nothing new to run")
    lea.locator("main form button.main").first.click()


def test_from_a_question_to_a_scored_prediction_and_a_trigger_that_fired(default_stack, world):
    pages, item, team = world
    pia, lea = pages["Pia"], pages["Lea"]
    record = ask(pia, default_stack.url)
    score_unseen(pages, record)
    try_a_weight(pia, record)
    write_what_follows(pia, record, item, team)
    judge(pages, record)
    accept(lea, record)
    expect(lea.locator("main")).to_contain_text("Handle what is bad and high")

    lea.goto(record + "consequences/")
    lea.get_by_role("button", name=re.compile("Make debt")).click()
    expect(lea.locator("#consequences")).to_contain_text("became LIFE-D1, deliberate")
    expect(lea.locator("#debt-taken")).to_contain_text("0 repaid, 1 still open")
    accept(lea, record)
    expect(lea.locator(".item-head")).to_contain_text("Accepted")

    default_stack.django(WORLD_MOVES_ON, item=item, team=team)
    wait_for(
        lambda: default_stack.django(ASKED), seconds=60, what="the morning's work on a decision"
    )
    pia.goto(f"{default_stack.url}/p/LIFE/")
    expect(pia.locator("main")).to_contain_text("Decisions to look at again")
    pia.get_by_role("link", name=re.compile("It still holds")).click()
    pia.locator("[name=why]").fill("The drag is of another part")
    press(pia, "Reaffirm")
    expect(pia.locator("#triggers")).to_contain_text("Reaffirmed")
    expect(pia.locator("#predictions")).to_contain_text("yes")
    pia.goto(f"{default_stack.url}/p/LIFE/decisions/look-again/")
    expect(pia.locator("main")).to_contain_text("Nothing is to be looked at again")
