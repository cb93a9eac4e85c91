"""The budget of the pay-off by keyboard: presses that are quicker than the answers."""

import pytest
from playwright.sync_api import expect

STEPS = 10
SLOW_MS = 250
"""An answer takes longer than several presses."""


@pytest.fixture
def payoff(sample_site, administrator_cookies, new_context):
    """The page with its slider at 0, and every answer to htmx slow."""
    page = new_context(cookies=administrator_cookies).new_page()
    page.goto(f"{sample_site.url}/p/CHK/debt/payoff/?budget=0")

    def slowly(route):
        page.wait_for_timeout(SLOW_MS)
        route.continue_()

    page.route("**/debt/payoff/**", slowly)
    yield page
    page.unroute_all(behavior="ignoreErrors")


def press(page, key: str, times: int) -> float:
    """Quick presses of an arrow; returns where they lead to."""
    slider = page.locator("#bud")
    step = float(slider.get_attribute("step"))
    at = float(slider.input_value())
    slider.focus()
    for _press in range(times):
        page.keyboard.press(key)
        page.wait_for_timeout(60)
    return at + times * step * (1 if key == "ArrowRight" else -1)


def shows(page, budget: float) -> None:
    """Every part of the page speaks of this budget, and the focus is where it was."""
    expect(page.locator("#bud-typed")).to_have_value(f"{budget:g}")
    expect(page.locator("#bud")).to_have_value(f"{budget:g}")
    expect(page.locator("#bud")).to_be_focused()
    expect(page.locator("label[for=bud]")).to_have_text(f"{budget:g} d")
    expect(page.locator(".pick .cut")).to_contain_text(f"of {budget:g} d spent")
    assert f"budget={budget:g}&" in page.url


def test_ten_quick_presses_go_ten_steps(payoff):
    shows(payoff, press(payoff, "ArrowRight", STEPS))


def test_presses_back_are_kept_too(payoff):
    there = press(payoff, "ArrowRight", STEPS)
    back = press(payoff, "ArrowLeft", 3)
    assert back < there
    shows(payoff, back)


def test_the_dates_that_are_shown_are_those_of_the_last_budget(payoff):
    """What was asked for on the way is given up, and changes nothing later."""
    budget = press(payoff, "ArrowRight", STEPS)
    shows(payoff, budget)
    dates = payoff.locator("#payoff-dates")
    expect(dates.locator("tbody tr").first).to_be_visible()
    shown = dates.inner_text()
    payoff.goto(f"{payoff.url}&dates=1")
    expect(payoff.locator("#bud")).to_have_value(f"{budget:g}")
    assert shown == dates.inner_text()


def test_a_place_chosen_while_an_answer_is_on_its_way_counts(payoff):
    budget = press(payoff, "ArrowRight", 2)
    payoff.locator("#place").select_option("last")
    expect(payoff.locator("#bud-typed")).to_have_value(f"{budget:g}")
    expect(payoff.locator("#place")).to_have_value("last")
    expect(payoff.locator(".compare input[name=place]")).to_have_value("last")
    assert "place=last" in payoff.url
