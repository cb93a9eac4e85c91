"""Two numbers of one thing agree, or the words say what lies between them."""

from types import SimpleNamespace

import pytest
from django.urls import reverse

from debt import payoff_plans
from debt.maths.ranges import Range
from debt.pages import item as item_page
from tpm.svg import esc

pytestmark = pytest.mark.django_db


@pytest.fixture
def late(make_debt):
    """Made up for in less than a year at today's cost, and not inside the year with all counted."""
    return make_debt(
        title="Nearly", interest=Range(1.5, 1.8, 2.1),
        principal_p10_days=14, principal_p50_days=15.3, principal_p90_days=16,
    )  # fmt: skip


def test_why_something_is_not_paid_agrees_with_its_net_benefit(client_of, ada, late):
    score = late.latest_score
    horizon = int(score.model.parameters["horizon_months"])
    assert score.npv_days < 0
    assert score.payback_months < horizon < score.discounted_payback_months
    page = client_of(ada).get(reverse("debt:payoff", args=["PAY"]), {"budget": "40"})
    months = score.discounted_payback_months
    assert f"pays back after {months} mo: only {horizon} count" in page.content.decode()


def test_the_sentence_names_the_month_that_the_chart_marks(client_of, vic, make_debt):
    item = make_debt(principal_p10_days=4, principal_p50_days=5, principal_p90_days=6)
    score = item.latest_score
    page = client_of(vic).get(item.get_absolute_url()).content.decode()
    months = round(score.payback_months)
    assert f"pays back in about <b>{months} months</b>, which is even <b>" in page
    even = item_page.even_words(score, months).partition("<b>")[2].partition(" ")[0]
    assert int(even) > months
    assert f"even after {even} months" in page


def test_what_is_even_beyond_the_chart_says_so(client_of, vic, make_debt):
    item = make_debt(principal_p10_days=28, principal_p50_days=29, principal_p90_days=30)
    assert item.latest_score.payback_months < item_page.CHART_MONTHS
    page = client_of(vic).get(item.get_absolute_url()).content.decode()
    assert "which is more than 18 months from today with the time to do it" in page
    assert "even after" not in page


def test_what_looks_the_same_stays():
    assert "stays <b>35 %</b>" in payoff_plans.chance_words(0.351, 0.349)
    assert "goes from 35 % to <b>36 %</b>" in payoff_plans.chance_words(0.35, 0.36)


def moved(days: int, title: str = "Faster", later: float = 0.0):
    return SimpleNamespace(days=days, title=title, later=later)


def together(*moves, any_later=0.0):
    most = max(moves, key=lambda row: row.later, default=None)
    return SimpleNamespace(
        preview=SimpleNamespace(objectives=moves), any_later=any_later, later_most=most,
        all_met=None,
    )  # fmt: skip


def test_what_comes_forward_and_what_may_come_later_is_one_sentence():
    title = "A <b> day"
    words = payoff_plans.gains(together(moved(-3), moved(-5, title, 0.6), any_later=0.85))
    assert words == (
        "At P85 2 objectives come forward by 3 to 5 d, though in 85 % of trials at least one "
        f"comes later, mostly {esc(title)}."
    )
    assert payoff_plans.gains(together(moved(0))) == "At P85 no objective moves by a whole day."
    assert payoff_plans.gains(together(moved(-2), moved(1))) == (
        "At P85 1 objective comes forward by 2 d and 1 objective comes later by 1 d."
    )
