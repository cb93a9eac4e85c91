"""Pages of debt: what they show, and what a press does."""

import datetime

import pytest
from django.utils import timezone

from debt import previews, refresh, services
from debt.maths.ranges import Range
from debt.models import DebtItem
from roadmaps.models import ForecastRun, Item
from roadmaps.services import estimate_item, refresh_forecast
from tpm.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(vic, mel, ada, lena, grace):
    return {"vic": vic, "mel": mel, "ada": ada, "lena": lena, "grace": grace}


def test_the_line_logs_everything_it_says(client_of, mel, product, team):
    line = "Tax rules in billing/tax.py ~M +third =2 @rails !often #arch"
    client_of(mel).post("/p/PAY/debt/", {"line": line})
    item = DebtItem.objects.get()
    assert (item.title, item.size, item.slow_down) == (
        "Tax rules in billing/tax.py",
        "M",
        "a third",
    )
    assert (item.team, item.probability, item.tags) == (team, "often", ["arch"])
    assert item.interests.get().p50_days == 2
    assert item.evidence.get().text == "billing/tax.py"


def test_log_and_open_leads_to_the_item(client_of, mel, product):
    answer = client_of(mel).post("/p/PAY/debt/", {"line": "Slow", "then": "open"})
    assert answer.url == "/d/PAY-D1/"


def test_an_empty_line_comes_back_with_a_sentence(client_of, mel, product):
    answer = client_of(mel).post("/p/PAY/debt/", {"line": " "})
    assert answer.status_code == 422
    assert "Say in a few words what hurts." in answer.content.decode()


def test_the_page_of_its_own_logs_too(client_of, mel, product):
    answer = client_of(mel).post("/p/PAY/debt/new/", {"line": "Slow ~S"})
    assert answer.url == "/d/PAY-D1/"


def test_the_preview_shows_what_is_understood_and_writes_nothing(client_of, mel, product, team):
    html = client_of(mel).get("/p/PAY/debt/preview/", {"line": "Slow ~M @rails ~huge"}).content
    assert "M, 2–3–6 d" in html.decode()
    assert "Rails" in html.decode()
    assert not DebtItem.objects.exists()


def test_the_preview_names_debt_that_looks_the_same(make_debt, client_of, mel):
    make_debt(title="Tax rules are hard-wired in billing")
    html = client_of(mel).get("/p/PAY/debt/preview/?line=tax+rules+hard-wired+in+billing").content
    assert "PAY-D1" in html.decode()


@pytest.mark.parametrize(
    ("fields", "answer", "field", "value"),
    [
        ({"interest": None}, "PAY-D1|interest|2 days", "interest", Range(1, 2, 4)),
        ({}, "PAY-D1|size|L", "size", "L"),
        ({"team": None}, "PAY-D1|team|rails", "team", "Rails"),
    ],
)
def test_one_press_answers(make_debt, client_of, mel, team, fields, answer, field, value):
    item = make_debt(**fields)
    client_of(mel).post("/p/PAY/debt/answer/", {"answer": answer})
    item.refresh_from_db()
    found = item.interests.first().range if field == "interest" else getattr(item, field)
    assert (str(found) if field == "team" else found) == value


def test_an_answer_about_an_item_of_another_product_is_404(
    make_debt, client_of, grace, other_product
):
    make_debt()
    answer = client_of(grace).post("/p/OPS/debt/answer/", {"answer": "PAY-D1|size|L"})
    assert answer.status_code == 404


def test_the_first_line_is_the_sentence_a_manager_reads(make_debt, client_of, vic):
    make_debt()
    html = client_of(vic).get("/d/PAY-D1/").content.decode()
    assert "Costs about <b>2.3 days a month</b>" in html
    assert "Fixing takes about <b>10 days</b> (5–20)." in html
    assert "waiting a quarter" in html


def test_the_page_explains_the_score_by_its_parts(make_debt, client_of, vic):
    item = make_debt()
    html = client_of(vic).get("/d/PAY-D1/").content.decode()
    assert f"Why {item.latest_score.score:.0f}?" in html
    for part in ("Burden", "Payback", "Severity", "Contagion", "Exposure", "8 in 10 draws"):
        assert part in html


def test_a_page_whose_score_is_behind_asks_for_itself_again(make_debt, client_of, vic, mel):
    item = make_debt()
    services.declare_interest(item, by=mel, days=Range(2, 3, 4))
    browser = client_of(vic)
    assert 'hx-trigger="every 2s"' in browser.get("/d/PAY-D1/").content.decode()
    assert browser.get("/d/PAY-D1/", headers={"HX-Request": "true"}).status_code == 204
    refresh.refresh_scores(item.team_id)
    assert browser.get("/d/PAY-D1/", headers={"HX-Request": "true"}).status_code == 200
    assert 'hx-trigger="every 2s"' not in browser.get("/d/PAY-D1/").content.decode()


@pytest.mark.parametrize(
    "fields",
    [{"interest": None}, {"team": None}, {"scored": False}],
    ids=["no interest", "no team", "not scored"],
)
def test_a_page_without_a_score_says_what_is_missing(make_debt, client_of, vic, fields):
    make_debt(**fields)
    html = client_of(vic).get("/d/PAY-D1/").content.decode()
    assert "Not scored" in html


def test_closed_debt_says_what_it_cost(make_debt, client_of, vic, lena):
    services.mark_paid(make_debt(), by=lena)
    assert "Cost about <b>2.3 days a month</b>" in client_of(vic).get("/d/PAY-D1/").content.decode()


def edit_data(item, **changes):
    data = {
        "version": item.version, "title": item.title, "team": item.team_id or "",
        "hurts_since": item.hurts_since.isoformat(), "tags": "", "description": "",
    }  # fmt: skip
    return data | changes


def test_an_edit_saves_and_leads_back(make_debt, client_of, mel):
    item = make_debt()
    answer = client_of(mel).post("/d/PAY-D1/edit/", edit_data(item, title="Other", tags="a, B"))
    assert answer.status_code == 302
    item.refresh_from_db()
    assert (item.title, item.tags) == ("Other", ["a", "b"])


def test_an_edit_of_an_old_version_shows_both(make_debt, client_of, mel, ada):
    item = make_debt()
    data = edit_data(item, title="Mine")
    services.change_item(item, by=ada, version=None, title="Theirs")
    answer = client_of(mel).post("/d/PAY-D1/edit/", data)
    assert answer.status_code == 409
    assert "Theirs" in answer.content.decode()


def test_a_broken_rule_comes_back_beside_the_form(make_debt, client_of, mel):
    item = make_debt()
    answer = client_of(mel).post("/d/PAY-D1/edit/", edit_data(item, risk_level="3"))
    assert answer.status_code == 422
    assert "A risk needs" in answer.content.decode()


@pytest.mark.parametrize("days", ["x", "3..2..1", "0"])
def test_days_that_are_no_range_come_back_with_a_sentence(make_debt, client_of, mel, days):
    make_debt()
    answer = client_of(mel).post("/d/PAY-D1/interest/", {"days": days, "kind": "changes"})
    assert answer.status_code == 422


def test_the_plan_page_shows_what_paying_gives(make_debt, make_item, client_of, ada, team):
    make_debt(interest=Range(8, 10, 14))
    item = make_item(team=team)
    from roadmaps.services import estimate_item

    estimate_item(item, by=ada, p10_days=20, p50_days=40, p90_days=80)
    html = client_of(ada).get("/d/PAY-D1/plan/").content.decode()
    assert "gives back" in html
    assert "Put it into the plan" in html
    assert "same 500 draws" not in html  # the form does not wait for two simulated plans
    assert 'hx-get="/d/PAY-D1/plan/?dates=1" hx-trigger="load"' in html
    html = client_of(ada).get("/d/PAY-D1/plan/", {"dates": "1"}).content.decode()
    assert item.key in html
    assert "same 500 draws" in html


def test_planning_from_the_page_makes_the_work(make_debt, client_of, ada):
    item = make_debt()
    data = {"version": item.version, "title": "Pay it", "place": "last"}
    client_of(ada).post("/d/PAY-D1/plan/", data)
    assert Item.objects.get().title == "Pay it"


def test_the_plan_page_asks_for_what_is_unknown(make_debt, client_of, ada):
    make_debt(interest=None)
    html = client_of(ada).get("/d/PAY-D1/plan/").content.decode()
    assert "Say first what it costs a month." in html


def test_accepting_from_the_page_keeps_the_day(make_debt, client_of, lena):
    item = make_debt()
    until = timezone.localdate() + datetime.timedelta(days=9)
    data = {"version": item.version, "until": until.isoformat(), "why": "Later."}
    client_of(lena).post("/d/PAY-D1/accept/", data)
    item.refresh_from_db()
    assert (item.state, item.accepted_until) == ("accepted", until)


def test_accepting_without_an_end_comes_back(make_debt, client_of, lena):
    item = make_debt()
    data = {"version": item.version, "why": "Later."}
    assert client_of(lena).post("/d/PAY-D1/accept/", data).status_code == 422


def test_reopening_from_the_page(make_debt, client_of, mel, lena):
    item = make_debt()
    services.mark_paid(item, by=lena)
    data = {"version": item.version, "why": "It came back."}
    client_of(mel).post("/d/PAY-D1/reopen/", data)
    item.refresh_from_db()
    assert item.state == "open"


@pytest.mark.parametrize(
    ("bring", "refused", "allowed"),
    [
        (lambda d, by: services.plan_it(d, by=by, version=None), "mel", "ada"),
        (
            lambda d, by: services.accept_until(
                d, by=by, version=None, until=None, trigger="x", why="x"
            ),
            "ada",
            "lena",
        ),
        (lambda d, by: services.write_off(d, by=by, version=None, why="Gone."), "ada", "lena"),
        (lambda d, by: services.declare_not_debt(d, by=by, version=None, why="No."), "ada", "lena"),
    ],
)
def test_a_state_is_undone_by_those_who_may_bring_it_about(
    make_debt, client_of, people, bring, refused, allowed
):
    item = make_debt()
    bring(item, people["lena"])
    data = {"version": item.version, "why": "Not so."}
    assert client_of(people[refused]).post("/d/PAY-D1/reopen/", data).status_code == 403
    assert "reopen" not in client_of(people[refused]).get("/d/PAY-D1/").content.decode()
    assert client_of(people[allowed]).post("/d/PAY-D1/reopen/", data).status_code == 302


def test_reopening_an_old_version_answers_409(make_debt, client_of, lena):
    item = make_debt()
    services.mark_paid(item, by=lena)
    data = {"version": item.version - 1, "why": "x"}
    assert client_of(lena).post("/d/PAY-D1/reopen/", data).status_code == 409


def test_what_cannot_be_done_says_why(make_debt, client_of, mel):
    item = make_debt()
    data = {"version": item.version, "why": "x"}
    answer = client_of(mel).post("/d/PAY-D1/reopen/", data)
    assert "it cannot become open" in answer.content.decode()


def test_saving_another_field_keeps_an_owner_without_a_role(make_debt, client_of, mel):
    owner = Person.objects.create(name="Import Ed")
    item = make_debt(owner=owner)
    page = client_of(mel).get("/d/PAY-D1/edit/")
    data = {
        name: "" if value is None else value for name, value in page.context["form"].initial.items()
    }
    client_of(mel).post("/d/PAY-D1/edit/", data | {"title": "Slower"})
    item.refresh_from_db()
    assert (item.title, item.owner) == ("Slower", owner)


def test_the_preview_of_paying_starts_from_the_dates_that_every_page_shows(
    make_debt, make_item, make_team, ada, product
):
    """The stored start order, not a re-plan, although an estimate changed since."""
    team = make_team(product, people=2)
    long, wide, short = (
        make_item(team=team, title=title, crew=crew)
        for title, crew in (("a", 1), ("b", 2), ("c", 1))
    )
    for item, days in ((long, 20), (wide, 5), (short, 10)):
        estimate_item(item, by=ada, p10_days=days - 1, p50_days=days, p90_days=days + 1)
    owed = make_debt(team=team)
    refresh_forecast(product.pk, trials=500)
    estimate_item(short, by=ada, p10_days=28, p50_days=30, p90_days=32)
    refresh_forecast(product.pk, trials=500)
    run = ForecastRun.objects.filter(product=product).first()
    shown = {row.item.key: row.p85 for row in run.items.select_related("item")}
    previews_ = previews.of_paying(owed, services.payoff_of(owed))
    assert {row.key: row.before for row in previews_[0].items} == shown


def test_evidence_is_removed_from_the_page(make_debt, client_of, mel):
    item = make_debt()
    row = services.add_evidence(item, by=mel, text="a/b.py")
    client_of(mel).post(f"/d/PAY-D1/evidence/{row.pk}/remove/")
    assert not item.evidence.exists()


def test_evidence_of_another_item_is_404(make_debt, client_of, mel):
    row = services.add_evidence(make_debt(), by=mel, text="a/b.py")
    make_debt()
    assert client_of(mel).post(f"/d/PAY-D2/evidence/{row.pk}/remove/").status_code == 404


def test_the_totals_are_explained_by_item(make_debt, client_of, vic, team):
    make_debt(title="Slow search")
    html = client_of(vic).get("/p/PAY/debt/why/").content.decode()
    assert "Slow search" in html
    assert "people × share × focus × working days" in html


def test_the_score_model_shows_every_parameter(client_of, vic):
    html = client_of(vic).get("/debt/model/").content.decode()
    assert "burden.full_share" in html


def test_the_inputs_page_sums_the_parts(make_debt, client_of, vic):
    item = make_debt()
    html = client_of(vic).get("/d/PAY-D1/inputs/").content.decode()
    assert f"= <b>{item.latest_score.score:.1f}</b>" in html


def test_an_old_declaration_is_asked_about_since_its_day(make_debt, client_of, vic, monkeypatch):
    make_debt()
    assert "asks again" in client_of(vic).get("/d/PAY-D1/").content.decode()
    later = timezone.localdate() + datetime.timedelta(days=120)
    monkeypatch.setattr(timezone, "localdate", lambda *args: later if not args else args[0].date())
    assert "asked since" in client_of(vic).get("/d/PAY-D1/").content.decode()


def test_an_edit_without_the_version_that_was_read_is_refused(make_debt, client_of, mel):
    make_debt()
    page = client_of(mel).get("/d/PAY-D1/edit/")
    data = {
        name: value
        for name, value in page.context["form"].initial.items()
        if name != "version" and value is not None
    }
    assert client_of(mel).post("/d/PAY-D1/edit/", data).status_code == 422


def test_more_interest_than_the_team_has_days_is_warned_of(make_debt, client_of, vic, mel):
    item = make_debt()
    assert "is this days a month?" not in client_of(vic).get("/d/PAY-D1/").content.decode()
    services.declare_interest(item, by=mel, days=Range(1000, 2000, 3000))
    assert "is this days a month?" in client_of(vic).get("/d/PAY-D1/").content.decode()
