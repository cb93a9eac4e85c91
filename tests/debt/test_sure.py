"""More days a month than a team has are asked about once more, at every door of the pages.

`test_sure_elsewhere.py` knocks at the other doors.
"""

import pytest
from django.utils import timezone

from debt.models import DebtItem
from debt.pages import charts, row_groups, rows
from tpm import formats
from tpm.models import Membership, Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def staffed(team):
    """Two people: about forty days a month at the most."""
    for name in ("Ann", "Bob"):
        Membership.objects.create(
            team=team, person=Person.objects.create(name=name), share=1.0,
            starts_on=timezone.localdate(),
        )  # fmt: skip
    return team


def answered(page: str) -> str:
    """What the page carries as the answer of one more press."""
    return page.partition('name="sure" value="')[2].partition('"')[0]


def test_the_page_of_the_cost_asks_once_and_keeps_it_on_the_second_press(
    make_debt, client_of, mel, staffed
):
    item, browser = make_debt(scored=False), client_of(mel)
    data = {"days": "9999", "kind": "changes", "note": ""}
    asked = browser.post(f"/d/{item.key}/interest/", data)
    page = asked.content.decode()
    assert asked.status_code == 422
    assert "Rails has" in page
    assert "sure? Press once more" in page
    assert item.interests.count() == 1
    assert answered(page) == "9999"
    assert browser.post(f"/d/{item.key}/interest/", data | {"sure": "9999"}).status_code == 302
    assert item.interests.first().p50_days == 9999
    other = browser.post(f"/d/{item.key}/interest/", data | {"days": "8888", "sure": "9999"})
    assert other.status_code == 422


def test_the_cell_of_the_register_asks_as_well(make_debt, client_of, mel, staffed):
    item, browser = make_debt(scored=False), client_of(mel)
    seen = item.interests.get().pk
    address, data = f"/d/{item.key}/cell/interest/", {"interest": "9999", "version": seen}
    asked = browser.post(address, data, HTTP_HX_REQUEST="true")
    assert asked.status_code == 422
    assert answered(asked.content.decode()) == "9999"
    assert item.interests.count() == 1
    saved = browser.post(address, data | {"sure": "9999"}, HTTP_HX_REQUEST="true")
    assert saved.status_code == 200
    assert item.interests.count() == 2


@pytest.mark.parametrize("address", ["/p/PAY/debt/", "/p/PAY/debt/new/"])
def test_the_line_asks_too_also_where_it_names_no_team(client_of, mel, staffed, address):
    browser, line = client_of(mel), "It hurts =9999"
    asked = browser.post(address, {"line": line, "then": "stay"})
    page = asked.content.decode()
    assert asked.status_code == 422
    assert "Payments has" in page
    assert line in page
    assert not DebtItem.objects.exists()
    assert browser.post(address, {"line": line, "then": "stay", "sure": line}).status_code == 302
    assert DebtItem.objects.get().interests.get().p50_days == 9999


def test_what_a_team_can_lose_is_kept_at_once(make_debt, client_of, mel, staffed):
    item = make_debt(scored=False)
    data = {"days": "5", "kind": "changes"}
    assert client_of(mel).post(f"/d/{item.key}/interest/", data).status_code == 302
    assert client_of(mel).post("/p/PAY/debt/", {"line": "Slow =3 @rails"}).status_code == 302


@pytest.mark.parametrize(
    ("days", "said"),
    [(2.34, "2.3"), (99.96, "100"), (999.4, "999"), (1234, "1.2k"), (179_982, "180k")],
)
def test_long_numbers_are_short_where_there_is_no_room(days, said):
    assert formats.short(days) == said


def test_the_lines_of_a_large_chart_end_in_short_words():
    total = [10_000.0 * month for month in range(19)]
    drawn = charts.pay_or_wait(
        total, total, total, even=None, until_done=1, months=[""] * 19
    )  # fmt: skip
    assert "Never 180k d" in drawn
    assert "50k" in drawn


def test_a_very_large_register_keeps_its_scale_and_net_benefit_short():
    assert ">6.9k</text>" in row_groups.scale_html(20574)
    assert ">2</text>" in row_groups.scale_html(6)
    assert rows.signed(49_113.04) == "+49k"
    assert rows.signed(-1234.5) == "−1.2k"
    assert rows.signed(14.31) == "+14.3"
