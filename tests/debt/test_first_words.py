"""What somebody meets who logs debt for the first time: each gap says what closes it."""

import re

import pytest
from django.urls import reverse

from debt import lines
from debt.models import DebtItem
from tests.debt.test_histories import read_log
from tpm.models import TeamShare

pytestmark = pytest.mark.django_db


def preview(visitor, line: str) -> str:
    address = reverse("debt:line-preview", args=["PAY"])
    return visitor.get(address, {"line": line}).content.decode()


def test_where_no_team_serves_the_product_the_question_says_so(
    make_debt, client_of, mel, lena, team
):
    item = make_debt(team=None)
    assert "Rails" in client_of(mel).get(f"/d/{item.key}/").content.decode()
    TeamShare.objects.all().delete()
    said, settings = (
        "No team serves this product yet.",
        reverse("tpm:product-settings", args=["PAY"]),
    )
    page = client_of(lena).get(f"/d/{item.key}/").content.decode()
    assert said in page
    assert f'href="{settings}">Say which team does' in page
    page = client_of(mel).get(f"/d/{item.key}/").content.decode()
    assert "A lead says in the settings which team does." in page
    assert said in client_of(mel).get("/p/PAY/debt/").content.decode()


def test_a_slow_down_says_that_it_waits_for_a_history(client_of, mel, product):
    waits, line = "counts once a history of the code", "Tax rules +third !often ~M"
    assert waits in preview(client_of(mel), line)
    assert waits not in preview(client_of(mel), f"{line} =2")
    assert waits not in preview(client_of(mel), "Tax rules ~M")
    read_log(product, ("aaaaaa1", 1, "billing/tax.py"))
    assert waits not in preview(client_of(mel), line)


def test_the_question_of_the_cost_offers_days_a_month(make_debt, client_of, mel, vic):
    item = make_debt(interest=None, slow_down="a third")
    link = f'href="/d/{item.key}/interest/" data-dialog>Days a month…</a>'
    page = client_of(mel).get(f"/d/{item.key}/").content.decode()
    assert link in page
    assert "A slow-down counts once a history" in page
    assert link in client_of(mel).get("/p/PAY/debt/").content.decode()
    assert link not in client_of(vic).get("/p/PAY/debt/").content.decode()


@pytest.mark.parametrize("address", ["/p/PAY/debt/", "/p/PAY/debt/new/"])
def test_a_line_of_marks_alone_is_asked_for_words(client_of, mel, product, address):
    answer = client_of(mel).post(address, {"line": "~M +third", "then": "stay"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Say in a few words what hurts." in page
    assert "cannot be blank" not in page
    assert "~M +third" in page
    assert not DebtItem.objects.exists()


def test_what_is_not_known_is_said_to_be_so_first(client_of, mel, product):
    problems = lines.read(product, "Slow ~Q @nobody +quite !now").problems
    assert [problem.partition(":")[0] for problem in problems] == [
        "~Q is not known", "@nobody is not known", "+quite is not known", "!now is not known",
    ]  # fmt: skip
    page = preview(client_of(mel), "Slow ~Q #arch")
    assert page.index("~Q is not known") < page.index("arch</span>")


def test_evidence_that_is_no_address_or_too_long_is_refused_with_what_was_typed(
    make_debt, client_of, mel
):
    item, browser = make_debt(), client_of(mel)
    address = f"/d/{item.key}/evidence/"
    answer = browser.post(address, {"text": "http://"})
    assert answer.status_code == 422
    assert "A link needs an address after http://." in answer.content.decode()
    long = "word " * 120
    answer = browser.post(address, {"text": long})
    assert answer.status_code == 422
    assert "At most 500 characters are one piece of evidence." in answer.content.decode()
    assert long.strip() in answer.content.decode()
    assert not item.evidence.exists()


def test_a_card_of_the_register_says_payback_and_net_benefit(make_debt, client_of, vic):
    make_debt()
    page = client_of(vic).get("/p/PAY/debt/").content.decode()
    assert '<span class="nar">Payback </span>' in page
    assert '<span class="nar">net a day spent</span>' in page


def test_shares_of_a_team_do_not_break_before_their_percent(make_debt, client_of, vic):
    make_debt()
    page = client_of(vic).get("/p/PAY/debt/why/").content.decode()
    assert re.search(r'<td class="n">\d+\.\d\u00a0%</td>', page)
