"""Looking again at a table keeps the answers that were given, where a row is still the same."""

import re

import pytest

from debt import services
from debt.csv_import import applying
from debt.models import DebtItem
from tests.debt.test_csv_import import private_folder, send, take_in  # noqa: F401 - fixtures
from tests.forms_on_pages import Forms
from tpm.models import Job

pytestmark = pytest.mark.django_db
FIRST = "id,title,team,interest\nA,Slow search,Rails,2\n"
AGAIN = (
    "id,title,team,interest\nA,Slower search,Rails,9999\nB,Huge,Rails,9998\n"
    "C,Small,Rails,1\nD,Vast,Rails,9997\n"
)


@pytest.fixture
def browser(client_of, ada, mel, team):
    """Ada's, with an item that was edited here since it came from a table."""
    browser = client_of(ada)
    take_in(browser, FIRST)
    services.change_item(DebtItem.objects.get(), by=mel, version=None, title="Ours")
    return browser


@pytest.fixture
def url(browser):
    return send(browser, AGAIN).url


def boxes(page, *, ticked=None) -> dict[str, str]:
    """Row, or `all`, to what its box sends; of all boxes, or of those that are ticked or not."""
    html = page.content.decode()
    found = re.findall(
        r'<input type="checkbox" id="sure-(\w+)" name="sure" value="([^"]*)"(.*?)>', html
    )
    return {
        row: value for row, value, more in found if ticked is None or ("checked" in more) == ticked
    }


def look(browser, url, *rows, look="on"):
    """Tick boxes and look again; the page that answers."""
    known = boxes(browser.get(url))
    page = browser.post(url, {"look": look, "sure": [known[row] for row in rows]})
    assert page.status_code == 200
    return page


def test_a_row_that_is_the_same_stays_ticked_and_another_does_not(browser, url):
    page = look(browser, url, "2", "3")
    assert set(boxes(page, ticked=True)) == {"3"}, "the title of row 2 changes now"
    assert set(boxes(page, ticked=False)) == {"all", "2", "5"}
    assert "The file wins over what was edited here." in page.content.decode()


def test_looking_back_keeps_them_as_well(browser, url):
    wins = boxes(look(browser, url, "3"), ticked=True)
    page = browser.post(url, {"look": "", "take_file": "on", "sure": list(wins.values())})
    assert set(boxes(page, ticked=True)) == {"3"}
    assert "What was edited here stays." in page.content.decode()


def test_a_row_that_somebody_changed_meanwhile_is_asked_about_anew(browser, url, mel):
    sure = boxes(browser.get(url))["2"]
    services.change_item(DebtItem.objects.get(), by=mel, version=None, team=None)
    page = browser.post(url, {"look": "", "sure": [sure]})
    assert boxes(page, ticked=True) == {}


def test_all_stays_said_only_of_the_same_rows(browser, url):
    same = boxes(browser.get(url))["all"]
    assert "all" in boxes(browser.post(url, {"look": "", "sure": [same]}), ticked=True)
    assert "all" not in boxes(browser.post(url, {"look": "on", "sure": [same]}), ticked=True)


def test_nothing_is_written_by_looking_again(browser, url):
    look(browser, url, "3", "5", "all")
    assert Job.objects.filter(kind=applying.IMPORT).count() == 1
    assert DebtItem.objects.count() == 1


def test_what_is_ticked_comes_in(browser, url):
    page = look(browser, url, "3")
    forms = Forms()
    forms.feed(page.content.decode())
    (hidden,) = [pairs for pairs in forms.found if ("take_file", "on") in pairs]
    answer = browser.post(url, dict(hidden) | {"sure": list(boxes(page, ticked=True).values())})
    job = Job.objects.get(pk=int(answer.url.rstrip("/").rpartition("/")[2]))
    applying.run_import(job.pk)
    assert set(DebtItem.objects.values_list("title", flat=True)) == {"Ours", "Huge", "Small"}


def test_all_rows_come_in_by_the_box_of_all(browser, url):
    answer = browser.post(url, {"sure": [boxes(browser.get(url))["all"]]})
    applying.run_import(int(answer.url.rstrip("/").rpartition("/")[2]))
    assert DebtItem.objects.count() == 4


def test_where_no_row_comes_in_one_can_look_again_all_the_same(browser):
    url = send(browser, FIRST).url
    page = browser.get(url)
    assert "No row would change anything" in page.content.decode()
    assert '<form method="post" id="take-in">' in page.content.decode()
    assert "Slow search" in browser.post(url, {"look": "on"}).content.decode()
