"""Why a score is what it is."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from debt import queries, refresh, services
from debt.maths.ranges import Range
from debt.maths.scoring import PARTS
from debt.models import DebtScore
from debt.pages import why as why_page
from debt.pages import why_inputs
from tests.debt import test_measured
from tpm import formats

mined = test_measured.mined


def lines(item):
    newest = queries.newest_interests([item])[item.pk]
    return {part.name: part for part in why_page.part_lines(item, item.latest_score, newest)}


def rescored(item):
    refresh.refresh_scores(item.team_id)
    item.refresh_from_db()
    return item.latest_score


def fact(item, part, name):
    return next(fact for fact in lines(item)[part].facts if fact.name == name)


def test_five_lines_have_points_that_sum_to_the_score(make_debt):
    item = make_debt()
    assert tuple(lines(item)) == PARTS
    assert sum(item.latest_score.parts.values()) == pytest.approx(item.latest_score.score)
    assert all(part.facts for part in lines(item).values())


def test_what_was_declared_has_its_day_and_the_page_that_says_it(make_debt):
    item = make_debt()
    declared = fact(item, "burden", "declared")
    assert (declared.value, declared.tag) == ("1–2–4", "declared")
    assert declared.on == formats.day(timezone.localdate())
    assert declared.url == reverse("debt:item-interest", args=[item.key])


def test_what_history_measured_is_tagged_and_leads_to_it(make_debt, mined, product):
    item = make_debt(slow_down="a third", paths=["pay/a.py"])
    touched = fact(item, "burden", "touches")
    assert (touched.value, touched.tag) == ("24", "measured")
    assert touched.url == reverse("debt:history", args=[product.key])
    said = fact(item, "burden", "slow_down")
    assert (said.value, said.tag) == ("30 %", "declared")


def test_a_default_has_no_day(make_debt):
    removed = fact(make_debt(), "payback", "share_removed")
    assert (removed.value, removed.tag, removed.on) == ("80 %", "default", "")


def test_a_field_has_the_day_on_which_it_was_changed_last(make_debt, mel):
    item = make_debt()
    services.change_item(item, by=mel, version=None, contagion="fast")
    assert why_inputs.said_on(item)["contagion"] == timezone.localdate()
    type(item).objects.filter(pk=item.pk).update(
        created_at=timezone.now() - datetime.timedelta(days=40)
    )
    item.refresh_from_db()
    assert why_inputs.said_on(item)["contagion"] == timezone.localdate()
    assert why_inputs.said_on(item)["risk"] == timezone.localdate() - datetime.timedelta(days=40)


def test_the_estimate_of_the_planned_work_leads_to_the_work(make_debt, ada):
    item = make_debt(
        size="M", principal_p10_days=None, principal_p50_days=None, principal_p90_days=None
    )
    work = services.plan_it(item, by=ada, version=None)
    rescored(item)
    days = fact(item, "payback", "principal")
    assert (days.tag, days.url) == ("estimate", work.get_absolute_url())


def test_the_difference_to_the_last_score_names_what_moved_each_part(make_debt, mel):
    item = make_debt()
    before = item.latest_score
    services.declare_interest(item, by=mel, days=Range(2, 4, 8))
    services.change_item(item, by=mel, version=None, contagion="fast")
    said = why_page.moved_since(rescored(item), before)
    assert "burden (declared 1–2–4 → 2–4–8)" in said
    assert "contagion (growth 0 % → 3 %)" in said
    assert "payback (cost a month 2.3 → 4.6)" in said
    assert "severity" not in said


def test_touches_that_became_more_are_told(make_debt, mined, product):
    item = make_debt(slow_down="a third", paths=["pay/a.py"])
    before = item.latest_score
    after = DebtScore.objects.get(pk=before.pk)
    ages = before.inputs["change_ages_days"]
    after.inputs = before.inputs | {"change_ages_days": [*ages, 1, 1, 2, 2]}
    (told,) = [
        words for words in why_inputs.moved(after, before)["burden"] if words.startswith("touches")
    ]
    assert told.startswith("touches a month ")
    low, high = (float(n) for n in told.removeprefix("touches a month ").split(" → "))
    assert high > low + 1


def test_each_line_of_the_page_opens_to_its_inputs(client_of, vic, make_debt):
    item = make_debt()
    text = client_of(vic).get(item.get_absolute_url()).content.decode()
    assert text.count("<details><summary>") >= 5
    assert "Lost to slower changes, as declared, days a month" in text
    assert "Knowing the days a month better would move it most" in text


def test_all_inputs_stand_under_their_part(client_of, vic, make_debt):
    item = make_debt()
    text = client_of(vic).get(reverse("debt:item-inputs", args=[item.key])).content.decode()
    for label in ("Burden", "Payback", "Severity", "Contagion", "Exposure"):
        assert f'scope="rowgroup">{label}</th>' in text
    assert "Months looked ahead" in text
