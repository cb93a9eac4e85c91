"""Saved views of the register: one's own, shared, opened first."""

import re

import pytest

from debt.models import DebtView

pytestmark = pytest.mark.django_db
LIST = "/p/PAY/debt/"
VIEWS = f"{LIST}views/"


def save(browser, **more):
    data = {"name": "Search alone", "page": "register", "query": "tab=worse&q=search&page=2"}
    return browser.post(VIEWS, data | more)


def html_of(browser, url):
    return browser.get(url).content.decode()


def test_a_view_is_saved_and_stands_above_the_register(make_debt, client_of, mel, vic):
    make_debt()
    url = save(client_of(mel)).url
    assert re.fullmatch(re.escape(LIST) + r"\?tab=worse&q=search&view=\d+", url)
    html = html_of(client_of(mel), url)
    assert f'<a href="{url.replace("&", "&amp;")}" aria-current="page">Search alone' in html
    assert html.count('aria-current="page">Getting worse') == 0
    assert "Search alone" not in html_of(client_of(vic), LIST)


def test_the_form_keeps_what_is_shown_whatever_the_address_called_it(make_debt, client_of, mel):
    make_debt(title="Slow search")
    html = html_of(client_of(mel), f"{LIST}?view=frozen&q=search&page=1&nonsense=1")
    assert 'name="query" value="tab=frozen&amp;order=net&amp;q=search"' in html


def test_a_shared_view_is_seen_and_opened_first_by_others(make_debt, client_of, mel, vic):
    make_debt()
    url = save(client_of(mel), shared="on").url
    pk = url.rpartition("=")[2]
    assert "Search alone" in html_of(client_of(vic), LIST)
    client_of(vic).post(f"{VIEWS}{pk}/default/")
    assert client_of(vic).get(LIST).url == url
    assert client_of(vic).get(f"{LIST}?tab=first").status_code == 200
    assert client_of(mel).get(LIST).status_code == 200


def test_a_changed_filter_leaves_the_saved_view(make_debt, client_of, mel):
    make_debt()
    html = html_of(client_of(mel), save(client_of(mel)).url)
    assert 'href="?tab=mine&amp;q=search"' in html


def test_a_viewer_shares_no_view(make_debt, client_of, vic):
    assert save(client_of(vic), shared="on").status_code == 403
    assert not DebtView.objects.exists()


def test_two_views_of_one_name_are_refused_with_a_sentence(client_of, mel):
    save(client_of(mel))
    answer = save(client_of(mel))
    assert answer.status_code == 422
    assert "You have a view with this name." in answer.content.decode()


def test_an_update_points_the_view_to_what_is_shown(make_debt, client_of, mel):
    make_debt()
    pk = save(client_of(mel)).url.rpartition("=")[2]
    client_of(mel).post(f"{VIEWS}{pk}/", {"query": "tab=mine&order=age"})
    assert DebtView.objects.get().query == "tab=mine&order=age"
